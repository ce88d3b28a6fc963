//! The functions that the lines use, defined once at the beginning of a session.

/// To be typed (or sourced) first. Needs `sh`, coreutils, curl and iproute2.
pub const PRELUDE: &str = r#"# Functions for the steps below. Type them once at the beginning of each session.
set -u
umask 027

# The process that runs EXECUTABLE with an argument PREFIX that names FOLDER.
process_of() {  # EXECUTABLE PREFIX FOLDER
  for entry in /proc/[0-9]*; do
    executable=$(readlink "$entry/exe" 2>/dev/null) || continue
    [ "${executable##*/}" = "$1" ] || continue
    named=$(tr '\000' '\n' <"$entry/cmdline" 2>/dev/null | while IFS= read -r argument; do
      case $argument in "$2"*) printf '%s' "${argument#"$2"}"; break ;; esac
    done)
    [ -n "$named" ] || continue
    if [ "$(readlink -f "$named")" = "$(readlink -f "$3")" ]; then
      printf '%s\n' "${entry#/proc/}"
      return 0
    fi
  done
  return 1
}

# Whether nothing listens or waits any more under the process id.
is_gone() {  # PID
  [ -r "/proc/$1/stat" ] || return 0
  IFS= read -r line <"/proc/$1/stat" || return 0
  case ${line##*) } in Z*|X*) return 0 ;; esac
  return 1
}

# Repeats a command until it succeeds, at most so many seconds.
within() {  # SECONDS COMMAND...
  limit=$1
  shift
  tries=0
  until "$@"; do
    tries=$((tries + 1))
    [ "$tries" -lt $((limit * 4)) ] || { echo "not within $limit seconds: $*" >&2; return 1; }
    sleep 0.25
  done
}

# Ends a process by SIGTERM and waits for its end.
end_process() {  # PID SECONDS
  kill -TERM "$1" && within "$2" is_gone "$1"
}

# Whether the process listens on the port.
listens() {  # PID PORT
  case $(ss -Hltnp "sport = :$2") in *"pid=$1,"*) return 0 ;; esac
  echo "process $1 does not listen on port $2 yet" >&2
  return 1
}

# Whether the broker at an OpenWire address tells the version. It needs no login.
tells_openwire() {  # HOST:PORT VERSION
  case $(sleep 1 | timeout 5 curl -s --output - "telnet://$1" 2>/dev/null | tr -cd '[:print:]') in
    *ProviderVersion*"$2"*) return 0 ;;
  esac
  echo "$1 does not tell version $2 yet" >&2
  return 1
}

# Whether the broker at a STOMP address tells the version. The password is read from a file.
tells_stomp() {  # HOST:PORT VERSION USER PASSWORD_FILE
  case $({ printf 'CONNECT\naccept-version:1.2\nhost:/\nlogin:%s\npasscode:%s\n\n\000' \
    "$3" "$(cat "$4")"; sleep 1; } | timeout 5 curl -s --output - "telnet://$1" 2>/dev/null \
    | tr -cd '[:print:]') in
    *"server:ActiveMQ/$2"*) return 0 ;;
  esac
  echo "$1 does not tell version $2 yet" >&2
  return 1
}

# The contents of two files or folders, compared.
same() {  # ONE OTHER
  if [ -d "$1" ]; then
    tar -C "$1" -cf - . | tar -C "$2" -df -
  else
    [ "$(sha256sum <"$1")" = "$(sha256sum <"$2")" ]
  fi
}

# A secret from its file, without the line feed at its end.
secret() {  # NAME
  printf '%s' "$(cat "$SECRETS/$1")"
}
"#;

#[cfg(test)]
mod tests {
    use super::PRELUDE;
    use std::process::Command;

    #[test]
    fn the_prelude_is_a_posix_shells() {
        let checked = Command::new("sh").args(["-n", "-c", PRELUDE]).status().unwrap();
        assert!(checked.success());
    }

    #[test]
    fn processes_are_found_by_their_folder_and_ended() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().display();
        let script = format!(
            "{PRELUDE}\nsh -c 'while :; do sleep 0.1; done' -Dx.home={home}/ & \n\
             within 5 process_of dash -Dx.home= {home} >/dev/null || exit 3\n\
             pid=$(process_of dash -Dx.home= {home})\n\
             [ \"$pid\" = $! ] || exit 4\n\
             end_process \"$pid\" 10 || exit 5\n\
             process_of dash -Dx.home= {home} && exit 6\nexit 0"
        );
        let status = Command::new("dash").args(["-c", &script]).status();
        let Ok(status) = status else {
            eprintln!("SKIPPED: there is no dash on this machine");
            return;
        };
        assert_eq!(status.code(), Some(0));
    }
}
