//! The questions that are asked about every broker. A pack adds those of its platform.

use refit_model::When;

use super::{Question, QuestionKind, QuestionnaireDescription, Section};
use crate::written::{line, name, prose};

/// The questions before an administrator changes them.
pub(crate) fn generic() -> QuestionnaireDescription {
    QuestionnaireDescription {
        sections: vec![
            installation(),
            topology(),
            customisation(),
            data(),
            operation(),
            expectations(),
            environments(),
        ],
    }
}

fn section(id: &str, title: &str, questions: Vec<Question>) -> Section {
    Section { id: name(id), title: line(title), questions }
}

fn asked(id: &str, text: &str, kind: QuestionKind) -> Question {
    Question {
        id: name(id),
        text: line(text),
        kind,
        help: None,
        required: true,
        when: None,
        fact: None,
        attachment: None,
    }
}

impl Question {
    fn optional(self) -> Self {
        Self { required: false, ..self }
    }

    fn help(self, text: &str) -> Self {
        Self { help: Some(prose(text)), ..self }
    }

    fn fact(self, fact: &str) -> Self {
        Self { fact: Some(fact.to_owned()), ..self }
    }

    fn attachment(self, wanted: &str) -> Self {
        Self { attachment: Some(line(wanted)), ..self }
    }

    fn if_yes(self, question: &str) -> Self {
        Self { when: Some(When::True(question.to_owned())), ..self }
    }
}

fn number(unit: &str, most: i64) -> QuestionKind {
    QuestionKind::Number { unit: line(unit), least: 0, most }
}

fn choice(choices: &[&str]) -> QuestionKind {
    QuestionKind::Choice(choices.iter().map(|choice| line(choice)).collect())
}

fn choices(choices: &[&str]) -> QuestionKind {
    QuestionKind::Choices(choices.iter().map(|choice| line(choice)).collect())
}

fn installation() -> Section {
    use QuestionKind::{LongText, Text};
    section(
        "installation",
        "The installation",
        vec![
            asked("version", "Which exact version and build runs?", Text)
                .help("As the broker tells it itself. Names of folders and files can be older.")
                .fact("installed.version"),
            asked("target-version", "Is there a version that it has to be?", Text)
                .optional()
                .help("Leave it open to get the newest one that fits."),
            asked("operating-system", "Which operating system and version?", Text),
            asked("hosts", "On how many hosts does it run?", number("hosts", 1000)),
            asked("folders", "In which folders are software, configuration and data?", LongText)
                .help("Also links, and what was moved out of the default folders."),
            asked(
                "started-by",
                "What starts and stops it?",
                choice(&["systemd unit", "vendor's script", "own script", "Windows service"]),
            ),
            asked("runtime", "Which Java, Erlang or other runtime does it use?", Text).optional(),
            asked(
                "licence",
                "Does a licence have to be renewed for the new version?",
                QuestionKind::YesNo,
            )
            .help("Say only whether. The key itself is never written here."),
        ],
    )
}

fn topology() -> Section {
    use QuestionKind::{LongText, YesNo};
    section(
        "topology",
        "Brokers and what connects to them",
        vec![
            asked("brokers", "How many brokers are there?", number("brokers", 1000)),
            asked("is-clustered", "Are there clusters, or pairs of primary and backup?", YesNo),
            asked("cluster-layout", "Which brokers form which cluster or pair?", LongText)
                .if_yes("is-clustered")
                .attachment("A drawing of the brokers and their connections"),
            asked("is-bridged", "Are brokers connected by bridges or routes?", YesNo)
                .help("Also to brokers of other products and organisations."),
            asked("bridges", "Which, and who looks after the other end?", LongText)
                .if_yes("is-bridged"),
            asked(
                "protocols",
                "Which protocols do clients use?",
                choices(&["OpenWire", "AMQP 0-9-1", "AMQP 1.0", "MQTT", "STOMP", "JMS", "Other"]),
            ),
            asked(
                "clients",
                "How many clients are connected at the busiest time?",
                number("clients", 10_000_000),
            ),
            asked("client-libraries", "Which client libraries, in which versions?", LongText)
                .help("An old library can decide which version of the broker is possible."),
            asked("reconnects", "Do all clients reconnect by themselves after a restart?", YesNo),
        ],
    )
}

fn customisation() -> Section {
    use QuestionKind::{LongText, YesNo};
    section(
        "customisation",
        "What is not as the vendor ships it",
        vec![
            asked("has-plugins", "Are there plugins, interceptors or services of your own?", YesNo)
                .help(
                    "Also of third parties. They are documented; the service does not change them.",
                ),
            asked("plugins", "Which, from whom, and is there source code?", LongText)
                .if_yes("has-plugins")
                .attachment("A list of the files, with their versions"),
            asked("libraries", "Which libraries were added to the class path?", LongText)
                .optional(),
            asked(
                "runtime-options",
                "Which options of the runtime were changed, and why?",
                LongText,
            )
            .optional()
            .help("Memory, garbage collection, system properties, environment variables."),
            asked(
                "authentication",
                "How do clients and administrators log in?",
                choices(&["Files", "Certificates", "LDAP", "OAuth", "Own module", "Not at all"]),
            ),
            asked("uses-tls", "Is TLS used?", YesNo),
            asked("certificates", "Who issues certificates, and when do they end?", LongText)
                .if_yes("uses-tls"),
            asked("changed-scripts", "Which scripts of the vendor were changed?", LongText)
                .optional(),
        ],
    )
}

fn data() -> Section {
    use QuestionKind::{LongText, YesNo};
    section(
        "data",
        "Data and backups",
        vec![
            asked(
                "store",
                "Where are messages kept?",
                choice(&["Files of the broker", "Database", "Memory only", "Shared storage"]),
            ),
            asked("store-size", "How large is the store?", number("GiB", 1_000_000)),
            asked(
                "pending",
                "How many messages wait at a quiet time?",
                number("messages", 1_000_000_000_000),
            ),
            asked("may-lose", "May any message be lost or delivered twice?", YesNo)
                .help("If the answer hangs on the queue, say yes and describe it below."),
            asked("loss-details", "Which, and under which conditions?", LongText)
                .if_yes("may-lose"),
            asked(
                "backups",
                "How are software, configuration and store backed up today?",
                LongText,
            ),
            asked("was-restored", "Was such a backup ever restored?", YesNo),
        ],
    )
}

fn operation() -> Section {
    use QuestionKind::{LongText, Text, YesNo};
    section(
        "operation",
        "Operation",
        vec![
            asked("window", "When may the broker be down, and for how long?", LongText),
            asked("freeze", "Are there days on which nothing may change?", LongText).optional(),
            asked("monitoring", "What watches the broker, and what would it report?", LongText),
            asked("balancers", "Is there a load balancer, proxy or firewall before it?", YesNo),
            asked("balancer-details", "Which, and who can change it?", LongText)
                .if_yes("balancers"),
            asked("deploys", "Which tool brings configuration to the hosts, if any?", Text)
                .optional()
                .help("A tool that puts old files back has to be told about the upgrade."),
        ],
    )
}

fn expectations() -> Section {
    use QuestionKind::LongText;
    section(
        "expectations",
        "What has to hold afterwards",
        vec![
            asked(
                "rate",
                "How many messages a second, at the busiest time?",
                number("messages a second", 100_000_000),
            ),
            asked("size", "How large is a usual message?", number("KiB", 10_000_000)),
            asked("latency", "How long may a message take?", number("ms", 86_400_000)).optional(),
            asked("tests", "Which tests do you run before you accept an upgrade?", LongText)
                .optional()
                .attachment("Test cases, if they are written down"),
        ],
    )
}

fn environments() -> Section {
    use QuestionKind::{LongText, Text, YesNo};
    section(
        "environments",
        "Environments",
        vec![
            asked(
                "first",
                "Which environment is upgraded with us?",
                choice(&["Development", "Staging"]),
            ),
            asked("first-address", "How is it reached?", Text)
                .help("Host and way. No passwords: access is arranged separately."),
            asked("others", "Which other environments are there?", LongText).optional(),
            asked("differ", "Do they differ in version, layout or settings?", YesNo),
            asked("differences", "How?", LongText).if_yes("differ"),
        ],
    )
}
