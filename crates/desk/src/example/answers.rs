//! What the customer of a walk answers.

use crate::{Answer, Line, Question, QuestionKind};

/// Answers to questions, by their ids; the others are answered by what they look like.
const ANSWERS: [(&str, Said); 29] = [
    ("operating-system", Said::Text("Debian 12")),
    ("hosts", Said::Number(2)),
    ("folders", Said::Text("/opt/activemq is a link to the version; data in /srv/activemq.")),
    ("cluster-layout", Said::Text("broker-1 and broker-2 are a pair; the second one waits.")),
    ("clients", Said::Number(340)),
    ("client-libraries", Said::Text("activemq-client 5.15 and 5.16; two services speak STOMP.")),
    ("reconnects", Said::Yes(true)),
    ("has-plugins", Said::Yes(true)),
    ("plugins", Said::Text("audit-stamp 2.1, written by us; the source code is there.")),
    ("uses-tls", Said::Yes(true)),
    ("certificates", Said::Text("Our own authority; they end in May.")),
    ("store-size", Said::Number(210)),
    ("pending", Said::Number(1_200)),
    ("backups", Said::Text("A copy of the configuration every night; the store is not copied.")),
    ("window", Said::Text("Sundays from 02:00 to 06:00, a quarter of an hour at most.")),
    ("monitoring", Said::Text("Two checks of the ports, and an alarm on the depth of queues.")),
    ("balancers", Said::Yes(true)),
    ("balancer-details", Said::Text("lb-1 and lb-2; our network team.")),
    ("rate", Said::Number(450)),
    ("size", Said::Number(4)),
    ("first", Said::Text("Staging")),
    ("first-address", Said::Text("staging-mq-1, by SSH through the jump host.")),
    ("differ", Said::Yes(true)),
    ("differences", Said::Text("Production has four times the memory.")),
    ("amq.connectors", Said::Text("openwire and stomp are used, the others are not.")),
    ("amq.log", Said::Text("Log files are rotated daily; a collector reads them.")),
    ("amq.java", Said::Number(17)),
    ("artemis.instance", Said::Text("/opt/artemis, and /srv/artemis/orders on both hosts.")),
    ("rabbitmq.erlang", Said::Text("26.2, by the system's packages.")),
];

/// An answer as it is written here.
#[derive(Clone, Copy)]
enum Said {
    Text(&'static str),
    Number(i64),
    Yes(bool),
}

/// What is answered to a question.
pub(super) fn answer_to(question: &Question) -> Answer {
    let known = ANSWERS.iter().find(|(id, _)| *id == question.id.as_str());
    let answer = known.map(|(_, said)| match said {
        Said::Text(text) => Answer::of(*text),
        Said::Number(number) => Answer::of(*number),
        Said::Yes(is_so) => Answer::of(*is_so),
    });
    let fits = |answer: &Answer| answer.value().is_some_and(|it| question.check(it).is_ok());
    answer.filter(fits).unwrap_or_else(|| by_kind(question))
}

fn by_kind(question: &Question) -> Answer {
    let first = |choices: &[Line]| choices.first().map(ToString::to_string);
    match &question.kind {
        QuestionKind::Text | QuestionKind::LongText => Answer::of("As in the overview."),
        QuestionKind::Number { least, .. } => Answer::of(*least),
        QuestionKind::YesNo => Answer::of(false),
        QuestionKind::Date => Answer::of("2026-11-20"),
        QuestionKind::Choice(choices) => Answer::of(first(choices).unwrap_or_default()),
        QuestionKind::Choices(choices) => {
            Answer::of(first(choices).into_iter().collect::<Vec<_>>())
        }
    }
}

/// A version before this one, as somebody says who has not looked for a while: `5.16.5`.
pub(super) fn one_before(version: &str) -> String {
    let (begin, last) = version.rsplit_once('.').unwrap_or((version, ""));
    match last.parse::<u32>() {
        Ok(number) if number > 0 => format!("{begin}.{}", number - 1),
        _ => begin.to_owned(),
    }
}
