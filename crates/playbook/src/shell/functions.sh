# Functions for the commands of the playbook. Read them in at the beginning of each session:
#   . "$PLAYBOOK/functions.sh"
# They need sh, coreutils, tar, curl and iproute2 (ss). Reading them in changes nothing on the host.

set -u
LC_ALL=C
export LC_ALL

for program in cat chmod cp curl df dirname head id ln mkdir mv readlink rm sha256sum sleep ss stat \
  sync tail tar tr; do
  command -v "$program" >/dev/null || echo "MISSING: $program; without it do not begin" >&2
done

# How a block of commands ended.
ok() {  # TEXT
  printf 'OK: %s\n' "$1"
}
failed() {  # TEXT
  printf 'FAILED: %s. Do not go on: read "If a step fails" first.\n' "$1" >&2
  return 1
}

# Whether something is at a path, and whether nothing is there.
there() {  # PATH
  [ -e "$1" ] || [ -L "$1" ] || { echo "$1 is not there" >&2; return 1; }
}
vacant() {  # PATH
  if [ -e "$1" ] || [ -L "$1" ]; then
    echo "$1 is there already" >&2
    return 1
  fi
}

# Whether this playbook was not yet followed: its restore points are not there.
first_time() {  # FOLDER
  vacant "$1" 2>/dev/null && return 0
  echo "$1 is there: this playbook was followed before, and is followed once; render it anew" >&2
  return 1
}

# Whether a symbolic link has exactly this target.
links_to() {  # LINK TARGET
  [ "$(readlink "$1")" = "$2" ] || { echo "$1 does not lead to $2" >&2; return 1; }
}

# Whether a file has this SHA-256, and whether it has these permissions.
has_sum() {  # FILE SHA256
  [ "$(sha256sum <"$1")" = "$2  -" ] || { echo "$1 has another content" >&2; return 1; }
}
has_mode() {  # FILE MODE
  [ "$(stat -c %a "$1")" = "$2" ] || { echo "$1 has other permissions than $2" >&2; return 1; }
}

# Whether a file holds exactly what comes in.
holds() {  # FILE
  [ "$(sha256sum)" = "$(sha256sum <"$1")" ] || { echo "$1 has another content" >&2; return 1; }
}

# Whether two files or folders are equal.
same() {  # ONE OTHER
  if [ -d "$1" ] && [ -d "$2" ]; then
    tar -C "$1" -cf - . | tar -C "$2" -df - >&2
  elif [ -f "$1" ] && [ -f "$2" ]; then
    [ "$(sha256sum <"$1")" = "$(sha256sum <"$2")" ] || { echo "$1 and $2 differ" >&2; return 1; }
    has_mode "$2" "$(stat -c %a "$1")"
  else
    echo "$1 and $2 cannot be compared" >&2
    return 1
  fi
}

# Whether files are as they were at a moment, given in seconds since 1970.
unchanged_since() {  # SECONDS FILE...
  moment=$1
  shift
  for file in "$@"; do
    [ -f "$file" ] || { echo "$file is gone" >&2; return 1; }
    if [ "$(stat -L -c %Y "$file")" -gt "$moment" ] || [ "$(stat -L -c %Z "$file")" -gt "$moment" ]; then
      echo "$file was changed since this playbook was rendered: render it anew" >&2
      return 1
    fi
  done
}

# Whether so many bytes are free.
room() {  # FOLDER BYTES
  free_bytes=$(df --output=avail -B1 "$1" | tail -n 1 | tr -d ' ')
  [ "$free_bytes" -ge "$2" ] || { echo "$1 has $free_bytes bytes free, $2 are needed" >&2; return 1; }
}

# Whether an archive was unpacked into a folder as a whole: content, permissions and times.
unpacked() {  # ARCHIVE FOLDER
  there "$2" &&
    tar -C "$2" -df "$1" --transform='s,^[^/]*,.,' 2>&1 | while IFS= read -r line; do
      case $line in
        *': Uid differs' | *': Gid differs') ;;
        *) printf '%s\n' "$line" >&2; exit 1 ;;
      esac
    done
}

# A copy with all attributes, in place of what an earlier try left.
place() {  # FROM TO
  mkdir -p "$(dirname "$2")" && rm -rf "$2.partial" && cp -a -T "$1" "$2.partial" &&
    rm -rf "$2" && mv -T "$2.partial" "$2"
}

# A rename within one file system. A link to the old place that stands at the new one is taken
# away. If it was moved before, nothing is done.
move() {  # FROM TO
  if [ -e "$2" ] && [ ! -L "$2" ] && { [ ! -e "$1" ] || [ "$(readlink "$1")" = "$2" ]; }; then
    echo "$2 is there already, and stays as it is" >&2
    return 0
  fi
  if [ "$(readlink "$2")" = "$1" ]; then rm "$2" || return; fi
  there "$1" && vacant "$2" || return
  if [ "$(stat -c %d "$1")" != "$(stat -c %d "$(dirname "$2")")" ]; then
    echo "$1 and $2 are not on one file system" >&2
    return 1
  fi
  mv -T "$1" "$2"
}

# A copy for a restore point. It appears as a whole, and one that is there stays. TRIES is more than
# one where a running broker may take files away meanwhile.
take() {  # TRIES FROM TO
  if [ -e "$3" ]; then
    echo "$3 is there already, and stays as it is" >&2
    return 0
  fi
  takes=$1
  until rm -rf "$3.partial" && cp -a --reflink=auto -T "$2" "$3.partial"; do
    takes=$((takes - 1))
    [ "$takes" -gt 0 ] || return 1
  done
  sync -f "$3.partial" && mv -T "$3.partial" "$3"
}

# Puts a copy back. What stands in its place is moved aside, not deleted.
put_back() {  # COPY PATH ASIDE
  if there "$2" 2>/dev/null && vacant "$3" 2>/dev/null; then mv -T "$2" "$3" || return; fi
  if vacant "$2" 2>/dev/null; then cp -a -T "$1" "$2" || return; fi
  same "$1" "$2"
}

# The SHA-256 of a file, or of every file below a folder.
sums() {  # PATH
  if [ -d "$1" ]; then
    if [ ! -r "$1" ] || [ ! -x "$1" ]; then
      echo "$1 cannot be read" >&2
      return 1
    fi
    for entry in "$1"/* "$1"/.[!.]* "$1"/..?*; do
      if [ -L "$entry" ] || [ ! -e "$entry" ]; then
        continue
      fi
      sums "$entry" || return
    done
  elif [ -f "$1" ]; then
    sha256sum "$1"
  fi
}

# The argument of a process that begins with PREFIX, without it.
argument_of() {  # PID PREFIX
  tr '\000' '\n' 2>/dev/null <"/proc/$1/cmdline" | while IFS= read -r argument; do
    case $argument in
      "$2"*) printf '%s' "${argument#"$2"}"; break ;;
    esac
  done
}

# The number of the one process that runs EXECUTABLE with an argument PREFIX that names FOLDER.
# Ends with 1 if there is none, with 2 if there are several or it cannot be known.
process_of() {  # EXECUTABLE PREFIX FOLDER
  processes=
  for entry in /proc/[0-9]*; do
    maybe=
    while IFS= read -r line || [ -n "$line" ]; do
      case $line in *"$2"*) maybe=yes ;; esac
    done 2>/dev/null <"$entry/cmdline"
    [ -n "$maybe" ] || continue
    named=$(argument_of "${entry#/proc/}" "$2" 2>/dev/null)
    [ -n "$named" ] && [ "$(readlink -f "$named")" = "$(readlink -f "$3")" ] || continue
    executable=$(readlink "$entry/exe") || executable=
    executable=${executable##*/}
    case ${executable% (deleted)} in
      "$1") processes="$processes ${entry#/proc/}" ;;
      '')
        [ -e "$entry/exe" ] || [ -L "$entry/exe" ] || continue
        echo "process ${entry#/proc/} belongs to another user: type this as its user" >&2
        return 2
        ;;
    esac
  done
  set -- $processes
  case $# in
    0) return 1 ;;
    1) printf '%s\n' "$1" ;;
    *) echo "several such processes run: $*" >&2; return 2 ;;
  esac
}

# The same, of a process whose executable was not replaced under it.
runs() {  # EXECUTABLE PREFIX FOLDER
  process_number=$(process_of "$@") || { echo "no such process runs: $*" >&2; return 1; }
  case $(readlink "/proc/$process_number/exe") in
    *' (deleted)') echo "the executable of process $process_number was deleted" >&2; return 1 ;;
  esac
  printf '%s\n' "$process_number"
}

# Whether surely no such process runs.
gone() {  # EXECUTABLE PREFIX FOLDER
  process_number=$(process_of "$@")
  case $? in
    0) echo "it runs: process $process_number" >&2; return 1 ;;
    1) return 0 ;;
    *) return 1 ;;
  esac
}

# Whether a process has ended; a zombie has.
is_gone() {  # PID
  [ -r "/proc/$1/stat" ] || return 0
  IFS= read -r stat_line <"/proc/$1/stat" || return 0
  case ${stat_line##*) } in Z* | X*) return 0 ;; esac
  return 1
}
is_alive() {  # PID
  if is_gone "$1"; then
    echo "process $1 has ended: look at the end of the broker's log" >&2
    return 2
  fi
}

# Seconds since the machine's start.
uptime_seconds() {
  read -r uptime_now uptime_idle </proc/uptime && printf '%s' "${uptime_now%.*}"
}

# Repeats a command until it succeeds, at most so many seconds. One that ends with 2 has no hope.
within() {  # SECONDS COMMAND...
  limit=$1
  shift
  end=$(($(uptime_seconds) + limit))
  until "$@" 2>/dev/null; do
    if [ $? = 2 ] || [ "$(uptime_seconds)" -ge "$end" ]; then
      echo "it did not come to be so within $limit seconds:" >&2
      "$@"
      return
    fi
    sleep 0.25
  done
}

# Ends a broker by SIGTERM to the very process, and waits for its end. It is never killed.
end_process() {  # SECONDS EXECUTABLE PREFIX FOLDER
  limit=$1
  shift
  process_number=$(process_of "$@")
  case $? in
    0) ;;
    1) echo "it had ended already"; return 0 ;;
    *) return 1 ;;
  esac
  kill -TERM "$process_number" || return
  within "$limit" is_gone "$process_number" && echo "process $process_number has ended"
}

# Whether no process holds a lock on a file (as Java takes it).
unlocked() {  # FILE
  [ -e "$1" ] || return 0
  device=$(stat -L -c %d "$1") && inode=$(stat -L -c %i "$1") && locks=$(cat /proc/locks) || return
  lock_of=$(printf '%02x:%02x:%s' $((device >> 8 & 4095)) $((device & 255 | device >> 12 & 1048320)) "$inode")
  case $locks in
    *" $lock_of "*) echo "a process holds a lock on $1" >&2; return 1 ;;
  esac
}

# Whether a process listens on every one of these ports itself.
listens() {  # PID PORT...
  listener=$1
  shift
  is_alive "$listener" || return
  for port in "$@"; do
    case $(ss -Hltnp "sport = :$port") in
      *"pid=$listener,"*) ;;
      *) echo "process $listener does not listen on port $port" >&2; return 1 ;;
    esac
  done
}

# Whether an argument of a process leads to a folder.
uses() {  # PID PREFIX FOLDER
  named=$(argument_of "$1" "$2")
  if [ -z "$named" ] || [ "$(readlink -f "$named")" != "$(readlink -f "$3")" ]; then
    echo "$2 of process $1 leads to $named, not to $3" >&2
    return 1
  fi
}

# Whether the broker at an address tells this version. OpenWire needs no login; it tells the version
# to everyone who connects.
tells_openwire() {  # HOST:PORT VERSION
  told=$(sleep 2 | curl -s -N -m 2 "telnet://$1" 2>/dev/null | tr -cd '[:print:]')
  case $told in
    *"ProviderVersion$2" | *"ProviderVersion$2"[!0-9.-]*) return 0 ;;
  esac
  echo "$1 does not tell version $2" >&2
  return 1
}
tells_stomp() {  # HOST:PORT VERSION USER, password in $SECRETS/broker-password
  told=$({
    printf 'CONNECT\naccept-version:1.2\nhost:/\nlogin:%s\npasscode:%s\n\n\000' "$3" "$(secret broker-password)"
    sleep 2
  } | curl -s -N -m 2 "telnet://$1" 2>/dev/null | tr -c '[:print:]' ' ')
  case $told in
    *"server:ActiveMQ/$2 "*) return 0 ;;
  esac
  echo "$1 does not tell version $2 to the user $3" >&2
  return 1
}
tells_console() {  # HOST:PORT VERSION, login in $SECRETS/console.netrc
  told=$(curl -s -m 10 --netrc-file "$SECRETS/console.netrc" -H 'Origin: http://localhost' \
    "http://$1/api/jolokia/read/org.apache.activemq:type=Broker,brokerName=*/BrokerVersion")
  case $told in
    *'"BrokerVersion":"'"$2"'"'*) return 0 ;;
  esac
  echo "the console at $1 does not tell version $2" >&2
  return 1
}

# A secret from its own file, without the line feed at its end.
secret() {  # NAME
  case $(stat -L -c %a "$SECRETS/$1") in
    600 | 400) printf '%s' "$(cat "$SECRETS/$1")" ;;
    *) echo "$SECRETS/$1 must be there with the mode 600" >&2; return 1 ;;
  esac
}

# A secret from a file of the old version: what stands on a line between two texts.
secret_in() {  # FILE LINE BEFORE AFTER
  line=$(head -n "$2" "$1" | tail -n 1) || return
  line=${line%"$(printf '\r')"}
  rest=${line#*"$3"}
  value=${rest%"$4"}
  if [ "$rest" = "$line" ] || [ "$value$4" != "$rest" ] || [ -z "$value" ]; then
    unset line rest value
    echo "line $2 of $1 is not as it was when this playbook was rendered: render it anew" >&2
    return 1
  fi
  printf '%s' "$value"
  unset line rest value
}
