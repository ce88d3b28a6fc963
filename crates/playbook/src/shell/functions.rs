//! The functions that the lines use, read in at the beginning of a session.

/// A file for a shell, `functions.sh`. Needs `sh`, coreutils, tar, curl and iproute2.
pub const FUNCTIONS: &str = include_str!("functions.sh");

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::path::Path;
    use std::process::{Command, Output};

    use super::FUNCTIONS;

    /// What `script` gives after the functions were read in, with `folder` as working directory.
    fn run(folder: &Path, script: &str) -> Output {
        let script = format!("{FUNCTIONS}\n{script}");
        Command::new("sh").args(["-c", &script]).current_dir(folder).output().unwrap()
    }

    /// Every line of `script` must succeed.
    fn holds(folder: &Path, script: &str) {
        let output = run(folder, &format!("set -e\n{script}"));
        assert!(output.status.success(), "{script}\n{}", String::from_utf8_lossy(&output.stderr));
    }

    /// The one line must fail, and say why.
    fn fails(folder: &Path, line: &str) -> String {
        let output = run(folder, line);
        let why = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success(), "`{line}` should have failed");
        assert!(!why.trim().is_empty(), "`{line}` should have said why");
        why
    }

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a"), "one\n").unwrap();
        std::fs::write(folder.path().join("b"), "two\n").unwrap();
        std::fs::create_dir_all(folder.path().join("tree/.hidden/deep")).unwrap();
        std::fs::write(folder.path().join("tree/.hidden/deep/file"), "x").unwrap();
        std::fs::write(folder.path().join("tree/with space"), "y").unwrap();
        symlink("nowhere", folder.path().join("dangling")).unwrap();
        folder
    }

    #[test]
    fn they_are_of_every_posix_shell() {
        for shell in ["sh", "dash", "bash"] {
            let Ok(status) = Command::new(shell).args(["-n", "-c", FUNCTIONS]).status() else {
                eprintln!("SKIPPED: there is no {shell} on this machine");
                continue;
            };
            assert!(status.success(), "{shell}");
        }
    }

    #[test]
    fn what_is_missing_never_counts_as_equal() {
        let folder = folder();
        let at = folder.path();
        holds(at, "same a a; same tree tree; there dangling; vacant no");
        fails(at, "same no no");
        fails(at, "same no a");
        fails(at, "same a b");
        fails(at, "there no");
        fails(at, "vacant dangling");
        holds(at, "first_time no");
        assert!(fails(at, "first_time tree").contains("render it anew"));
        fails(at, "printf one | holds no");
        holds(at, "cat a | holds a");
        fails(at, "cat b | holds a");
    }

    #[test]
    fn a_copy_that_differs_is_not_the_same() {
        let folder = folder();
        let at = folder.path();
        holds(at, "cp -a tree copy && same tree copy");
        std::fs::write(at.join("copy/with space"), "z").unwrap();
        fails(at, "same tree copy");
        let mode = std::fs::Permissions::from_mode(0o600);
        holds(at, "cp -a a copy-of-a && same a copy-of-a");
        std::fs::set_permissions(at.join("copy-of-a"), mode).unwrap();
        fails(at, "same a copy-of-a");
    }

    #[test]
    fn a_move_can_be_done_again_and_taken_back() {
        let folder = folder();
        let at = folder.path().display();
        let there = format!("move {at}/tree {at}/moved && ln -sfT {at}/moved {at}/tree");
        holds(folder.path(), &format!("{there}\n{there}\n[ -f moved/'with space' ]"));
        let back = format!("move {at}/moved {at}/tree");
        holds(folder.path(), &format!("{back}\n{back}\n[ -f tree/'with space' ] && [ ! -L tree ]"));
        fails(folder.path(), &format!("move {at}/a {at}/b"));
        fails(folder.path(), &format!("move {at}/no {at}/other"));
    }

    #[test]
    fn a_restore_point_is_taken_once_checked_and_put_back() {
        let folder = folder();
        let at = folder.path();
        holds(at, "mkdir r && take 5 tree r/tree && (cd r && sums tree >SHA256SUMS)");
        holds(at, "(cd r && sha256sum --check --quiet --strict SHA256SUMS)");
        std::fs::write(at.join("tree/with space"), "changed").unwrap();
        holds(at, "take 5 tree r/tree && [ \"$(cat r/tree/'with space')\" = y ]");
        holds(at, "put_back r/tree tree aside && put_back r/tree tree aside");
        holds(at, "[ \"$(cat aside/'with space')\" = changed ] && same r/tree tree");
        std::fs::write(at.join("r/tree/.hidden/deep/file"), "damaged").unwrap();
        assert!(!run(at, "cd r && sha256sum --check --quiet SHA256SUMS").status.success());
    }

    #[test]
    fn an_archive_is_compared_with_what_came_of_it() {
        let folder = folder();
        let at = folder.path();
        holds(at, "mkdir top && cp -a tree/. top && tar -czf x.tar.gz top");
        holds(at, "mkdir new && tar -C new -xpf x.tar.gz --strip-components=1 --no-same-owner");
        holds(at, "unpacked x.tar.gz new");
        std::fs::remove_file(at.join("new/.hidden/deep/file")).unwrap();
        fails(at, "unpacked x.tar.gz new");
        fails(at, "unpacked no.tar.gz new");
        fails(at, "unpacked x.tar.gz no");
    }

    #[test]
    fn a_file_that_was_changed_later_is_found() {
        let folder = folder();
        let now = "$(date +%s)";
        holds(folder.path(), &format!("unchanged_since {now} a b"));
        fails(folder.path(), "unchanged_since $(($(date +%s) - 1000)) a b");
        fails(folder.path(), &format!("unchanged_since {now} a no"));
        holds(folder.path(), "room . 1");
        fails(folder.path(), "room . 999999999999999999");
    }

    #[test]
    fn a_secret_comes_from_its_own_line_or_its_own_closed_file() {
        let folder = folder();
        let at = folder.path();
        std::fs::write(at.join("conf"), "# x\r\n  user = pa ss\"\\w$rd \r\nlast=z").unwrap();
        holds(at, "[ \"$(secret_in conf 2 'user = ' '')\" = 'pa ss\"\\w$rd ' ]");
        holds(at, "[ \"$(secret_in conf 3 'last=' '')\" = z ]");
        fails(at, "secret_in conf 1 'user = ' ''");
        fails(at, "secret_in conf 2 'user = ' 'other'");
        std::fs::write(at.join("pw"), "geheim\n").unwrap();
        holds(at, "chmod 600 pw; SECRETS=.; [ \"$(secret pw)\" = geheim ]");
        fails(at, "chmod 644 pw; SECRETS=.; secret pw");
    }

    #[test]
    fn a_process_is_found_by_its_folder_and_ended() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().display();
        // The shell itself is the process that is looked for.
        let name = "case $(readlink /proc/$$/exe) in *dash) x=dash ;; *) x=bash ;; esac";
        let script = format!(
            "{name}\n\
             sh -c 'while :; do sleep 0.1; done' -Dx.home={home}/ & \n\
             within 5 process_of $x -Dx.home= {home} >/dev/null || exit 3\n\
             pid=$(runs $x -Dx.home= {home})\n\
             [ \"$pid\" = $! ] || exit 4\n\
             uses \"$pid\" -Dx.home= {home} || exit 5\n\
             gone $x -Dx.home= {home} && exit 6\n\
             uses \"$pid\" -Dx.home= /tmp && exit 7\n\
             gone $x -Dx.home= /tmp || exit 8\n\
             end_process 10 $x -Dx.home= {home} || exit 9\n\
             gone $x -Dx.home= {home} || exit 10\n\
             end_process 10 $x -Dx.home= {home} || exit 11\n\
             exit 0"
        );
        let output = run(folder.path(), &script);
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{told}");
    }

    #[test]
    fn two_processes_of_one_folder_are_not_taken_for_one() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().display();
        let script = format!(
            "case $(readlink /proc/$$/exe) in *dash) x=dash ;; *) x=bash ;; esac\n\
             started=\n\
             for n in 1 2; do\n\
             sh -c 'while :; do sleep 0.1; done' -Dx.home={home} &\n\
             started=\"$started $!\"\n\
             done\n\
             two() {{ process_of $x -Dx.home= {home}; [ $? = 2 ]; }}\n\
             within 5 two; found=$?\n\
             end_process 5 $x -Dx.home= {home}; ended=$?\n\
             kill $started\n\
             [ $found = 0 ] && [ $ended = 1 ]"
        );
        let output = run(folder.path(), &script);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    #[test]
    fn a_wait_ends_when_there_is_no_hope() {
        let folder = folder();
        holds(folder.path(), "(sleep 0.5; : >later) & within 10 there later");
        fails(folder.path(), "within 1 there no");
        let begin = std::time::Instant::now();
        fails(folder.path(), "sh -c : & wait; within 60 listens $! 1");
        assert!(begin.elapsed() < std::time::Duration::from_secs(30));
    }

    #[test]
    fn a_lock_is_seen() {
        let folder = folder();
        let file = std::fs::File::options().write(true).open(folder.path().join("a")).unwrap();
        holds(folder.path(), "unlocked a; unlocked no");
        rustix::fs::fcntl_lock(&file, rustix::fs::FlockOperation::LockExclusive).unwrap();
        fails(folder.path(), "unlocked a");
    }

    #[test]
    fn a_port_is_tied_to_its_process() {
        let folder = folder();
        let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = socket.local_addr().unwrap().port();
        let own = std::process::id();
        holds(folder.path(), &format!("listens {own} {port}"));
        fails(folder.path(), &format!("listens $$ {port}"));
    }
}
