//! Letters: put in with what happened, sent by a real SMTP server where one is installed.

use jiff::SignedDuration;
use refit_portal::{MailSettings, MailTls};

use crate::mail_server::MailServer;
use crate::world::{World, request};

#[test]
fn invitations_letters_and_reminders_go_out_once() {
    let test = "invitations_letters_and_reminders_go_out_once";
    let Some(server) = MailServer::start(test) else { return };
    let mail = MailSettings {
        host: "127.0.0.1".to_owned(),
        port: server.port,
        tls: MailTls::None,
        from: "Refit <refit@team.example>".to_owned(),
        user: None,
        password: None,
    };
    let world = World::with(Some(mail));
    world.people();
    let invited = server.until("ada@acme.example", "Subject: You are invited to Refit");
    let (_, letter) = invited.last().unwrap();
    assert!(letter.contains("multipart/alternative"), "{letter}");
    assert!(letter.contains("Auto-Submitted: auto-generated"), "{letter}");

    let case = request(&mut world.log_in("ada"));
    let told = server.until("ben@team.example", "A new request is in the queue");
    let (_, letter) = told.last().unwrap();
    assert!(letter.replace("=\r\n", "").contains(&case), "{letter}");

    // Nobody takes it up: those one level higher are told once.
    world.pass(SignedDuration::from_hours(72));
    let late = server.until("pia@team.example", "Nobody has taken the request up");
    let ids = |letters: &[(String, String)]| {
        let id = |letter: &str| {
            let mut lines = letter.lines();
            let line = lines.find(|line| line.starts_with("Message-ID:")).unwrap();
            line.to_owned()
        };
        letters.iter().map(|(_, letter)| id(letter)).collect::<Vec<_>>()
    };
    let mut all = [ids(&invited), ids(&told), ids(&late)].concat();
    let count = all.len();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), count, "a letter came twice");
}
