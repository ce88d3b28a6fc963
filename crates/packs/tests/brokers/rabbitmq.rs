//! RabbitMQ: of 3.8 before, and the installed one after.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::mqtt::{Client, REFUSED};
use crate::process::Running;
use crate::support::{Case, Settled, folder, free_ports, installed};

/// The vendor's own scripts; those in the path of the system become another user first.
const SCRIPTS: &str = "/usr/lib/rabbitmq/bin";
const EPMD: &str = "/usr/bin/epmd";
const STARTED: &str = "Starting broker... completed";

#[test]
fn files_of_3_8_are_the_environment_of_the_new_node() {
    let Some(node) = Node::make() else {
        return;
    };
    let [port, mqtt] = free_ports();
    let conf = settle("rabbitmq.conf", &site_conf(&node, port, mqtt));
    fs::create_dir(node.at("logs")).unwrap();
    node.write("rabbitmq.conf", &conf);
    node.write("advanced.config", &settle("advanced.config", SITE_ADVANCED));
    node.write("enabled_plugins", &settle("enabled_plugins", "[rabbitmq_mqtt].\n"));

    let (_epmd, mut running) = node.start();
    running.wait_for_line(STARTED);
    let environment = node.ask(&["environment"]);
    for part in [
        &*format!("{{tcp_listeners,[{{\"127.0.0.1\",{port}}}]}}"),
        "{channel_max,77}",
        "{heartbeat,33}",
        "{default_user,<<\"amy\">>}",
        "{vm_memory_high_watermark,{absolute,\"400MB\"}}",
        "{disk_free_limit,\"70MB\"}",
        "{cluster_partition_handling,pause_minority}",
        "{collect_statistics_interval,7000}",
        "{consumer_timeout,7200000}",
        "{max_message_size,1048576}",
    ] {
        assert!(environment.contains(part), "{part}\n{environment}");
    }
    let lets_in = |user| Client::connect(mqtt, "x", user).unwrap();
    assert!(lets_in(Some(("amy", "first-pass"))).is_ok(), "the site's user");
    let refused = |user| lets_in(user).err().is_some_and(|code| REFUSED.contains(&code));
    assert!(refused(Some(("guest", "guest"))), "nobody else");
    assert!(refused(None), "nobody without a name");
    assert!(running.end().success());
    assert!(node.at("logs/own.log").is_file(), "the log is where the site has it");
}

#[test]
fn a_classic_file_is_the_environment_of_the_new_node_as_two_files() {
    let Some(node) = Node::make() else {
        return;
    };
    let [port] = free_ports();
    let site = SITE_CLASSIC.replace("PORT", &port.to_string());
    let case = Case {
        file: ("rabbitmq", "rabbitmq.config"),
        versions: ("3.6.10", &version()),
        base: Some("[].\n"),
        new: Some(NEW_EXAMPLE),
        site: &site,
    };
    let settled = case.settle();
    let advanced = settled.beside.as_ref().unwrap();
    assert!(advanced.contains("second-pass") && !settled.text.contains("second-pass"));
    fs::create_dir(node.at("logs")).unwrap();
    node.write("rabbitmq.conf", &settled);
    fs::write(node.at("advanced.config"), advanced).unwrap();
    node.write("enabled_plugins", &settle("enabled_plugins", "[].\n"));

    let (_epmd, mut running) = node.start();
    running.wait_for_line(STARTED);
    let environment = node.ask(&["environment"]);
    let plain: String = environment.split_whitespace().collect();
    for part in [
        &*format!("{{tcp_listeners,[{{\"127.0.0.1\",{port}}}]}}"),
        "{heartbeat,31}",
        "{frame_max,65536}",
        "{channel_max,40}",
        "{connection_max,infinity}",
        "{handshake_timeout,9000}",
        "{vm_memory_high_watermark,{absolute,400000000}}",
        "{disk_free_limit,{mem_relative,0.01}}",
        "{auth_mechanisms,['PLAIN']}",
        "{auth_backends,[rabbit_auth_backend_internal]}",
        "{default_user,<<\"amy\">>}",
        "{default_permissions,[<<\"^a\">>,<<\".*\">>,<<\"b\">>]}",
        "{default_user_tags,[administrator]}",
        "{password_hashing_module,rabbit_password_hashing_sha512}",
        "{queue_master_locator,<<\"min-masters\">>}",
        "{backlog,64}",
    ] {
        assert!(plain.contains(part), "{part}\n{environment}");
    }
    // The environment says no passwords.
    let lets_in = |password| node.lets_in("amy", password);
    assert!(lets_in("second-pass") && !lets_in("first-pass"));
    assert!(running.end().success());
}

#[test]
fn an_unknown_key_is_told_before_the_node_refuses_it() {
    let Some(node) = Node::make() else {
        return;
    };
    let [port] = free_ports();
    let site = format!("listeners.tcp.local = 127.0.0.1:{port}\nheart_beat = 33\n");
    let conf = settle("rabbitmq.conf", &site);
    conf.names_as_unknown("heart_beat");
    node.write("rabbitmq.conf", &conf);
    node.write("enabled_plugins", &settle("enabled_plugins", "[].\n"));
    let (_epmd, running) = node.start();
    let (status, printed) = running.ended();
    assert!(!status.success() && printed.contains("heart_beat"), "{printed}");
}

/// The vendor's new default, as it were: examples that are switched off.
const NEW_EXAMPLE: &str = "\
## Listeners
# listeners.tcp.default = 5672

## Seconds
# heartbeat = 60

# auth_mechanisms.1 = PLAIN
# disk_free_limit.absolute = 50MB
";

const SITE_CLASSIC: &str = "\
% the plant's broker
[
  {rabbit, [
    {tcp_listeners, [{\"127.0.0.1\", PORT}]},
    {heartbeat, 31}, % short ones
    {frame_max, 65536},
    {channel_max, 40},
    {connection_max, infinity},
    {handshake_timeout, 9000},
    {vm_memory_high_watermark, {absolute, 400000000}},
    {disk_free_limit, {mem_relative, 0.01}},
    {auth_mechanisms, ['PLAIN']},
    {auth_backends, [rabbit_auth_backend_internal]},
    {default_user, <<\"amy\">>},
    {default_pass, <<\"second-pass\">>},
    {default_permissions, [<<\"^a\">>, <<\".*\">>, <<\"b\">>]},
    {default_user_tags, [administrator]},
    {password_hashing_module, rabbit_password_hashing_sha512},
    {queue_master_locator, <<\"min-masters\">>},
    {log_levels, [{connection, error}]},
    {tcp_listen_options, [{backlog, 64}, {nodelay, true}, {linger, {true, 0}}]}
  ]}
].
";

const SITE_ADVANCED: &str = "\
%% what the other file cannot say
[
  {rabbit, [
    {collect_statistics_interval, 7000}, % for the wall
    {consumer_timeout, 7200000}
  ]}
].
";

fn site_conf(node: &Node, port: u16, mqtt: u16) -> String {
    let logs = node.at("logs");
    format!(
        "\
# the plant's broker
listeners.tcp.local = 127.0.0.1:{port}
mqtt.listeners.tcp.local = 127.0.0.1:{mqtt}
mqtt.allow_anonymous = false
default_user = amy
default_pass = first-pass # as on the wall
default_permissions.configure = .*
default_permissions.read = .*
default_permissions.write = .*

## small machines
channel_max = 77
heartbeat = 33
max_message_size = 1048576
vm_memory_high_watermark.absolute = 400MB
disk_free_limit.absolute = 70MB
cluster_partition_handling = pause_minority
log.dir = {}
log.file = own.log
log.file.level = info
",
        logs.display()
    )
}

fn settle(file: &str, site: &str) -> Settled {
    let case = Case {
        file: ("rabbitmq", file),
        versions: ("3.8.9", &version()),
        base: None,
        // The vendor ships none: without it everything has its default.
        new: None,
        site,
    };
    case.settle()
}

/// The installed version: it is in the name of its folder.
fn version() -> String {
    let folder = fs::canonicalize(Path::new(SCRIPTS).join("rabbitmq-server")).unwrap();
    let named = |part: &Path| {
        part.file_name()?.to_str()?.strip_prefix("rabbitmq_server-").map(str::to_owned)
    };
    folder.ancestors().find_map(named).unwrap()
}

/// A node that has nothing in common with that of the system, but its programs.
struct Node {
    folder: TempDir,
    epmd: PathBuf,
    /// Where nodes find each other, and where this one is found.
    ports: [u16; 2],
}

impl Node {
    fn make() -> Option<Self> {
        installed(SCRIPTS)?;
        let epmd = installed(EPMD)?;
        Some(Self { folder: folder(), epmd, ports: free_ports() })
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, file: &Settled) {
        fs::write(self.at(name), &file.text).unwrap();
    }

    /// Starts the name server and the node; each ends with its value.
    fn start(&self) -> (Running, Running) {
        let mut epmd = Command::new(&self.epmd);
        // In the foreground: one that a node starts would outlive the test.
        epmd.args(["-address", "127.0.0.1", "-port", &self.ports[0].to_string()]);
        let epmd = Running::start(&mut epmd, &self.at("epmd.printed"));
        let mut server = self.command("rabbitmq-server");
        // As a service manager starts it: the node itself instead of a script that waits for it.
        server.env("RUNNING_UNDER_SYSTEMD", "true");
        (epmd, Running::start(&mut server, &self.at("printed")))
    }

    /// What the running node answers.
    fn ask(&self, words: &[&str]) -> String {
        let answer = self.command("rabbitmq-diagnostics").args(words).output().unwrap();
        assert!(answer.status.success(), "{answer:?}");
        String::from_utf8(answer.stdout).unwrap()
    }

    /// Whether the running node knows this user with this password.
    fn lets_in(&self, user: &str, password: &str) -> bool {
        let mut ask = self.command("rabbitmqctl");
        ask.args(["authenticate_user", user, password]).output().unwrap().status.success()
    }

    fn command(&self, script: &str) -> Command {
        let [epmd, node] = self.ports.map(|port| port.to_string());
        let mut command = Command::new(Path::new(SCRIPTS).join(script));
        command.current_dir(self.folder.path());
        for (variable, file) in [
            ("HOME", ""),
            ("RABBITMQ_CONF_ENV_FILE", "none.conf"),
            ("RABBITMQ_CONFIG_FILE", "rabbitmq.conf"),
            ("RABBITMQ_CONFIG_FILES", "none.d"),
            ("RABBITMQ_ADVANCED_CONFIG_FILE", "advanced.config"),
            ("RABBITMQ_ENABLED_PLUGINS_FILE", "enabled_plugins"),
            ("RABBITMQ_MNESIA_BASE", "data"),
            ("RABBITMQ_LOG_BASE", "logs"),
            ("RABBITMQ_GENERATED_CONFIG_DIR", "generated"),
            ("RABBITMQ_PID_FILE", "pid"),
        ] {
            command.env(variable, self.at(file));
        }
        let own = "-kernel inet_dist_use_interface {127,0,0,1}";
        command.env("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", own);
        command.env("RABBITMQ_NODENAME", format!("refit{node}@localhost"));
        command.env("RABBITMQ_DIST_PORT", node);
        // A refused start is no crash that anybody looks into.
        command.env("ERL_CRASH_DUMP_SECONDS", "0");
        command.env("ERL_EPMD_PORT", epmd).env("ERL_EPMD_ADDRESS", "127.0.0.1");
        command
    }
}
