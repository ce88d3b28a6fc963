//! The options that Mosquitto 1.4 to 2.1 know, and the sections to which they belong.

/// A listener's section.
pub(super) const LISTENER: &str = "listener";
/// The section of a bridge to another broker.
pub(super) const CONNECTION: &str = "connection";
/// A plugin's section.
pub(super) const PLUGIN: &str = "plugin";
/// From here on, who may do what is said for each listener by itself.
pub(super) const PER_LISTENER: &str = "per_listener_settings";

/// The options that open a plugin's section.
const PLUGINS: &[&str] = &["auth_plugin", "global_plugin", "plugin", "plugin_load"];
/// Begins the options of a plugin.
const OF_PLUGIN: &[&str] = &["auth_opt_", "plugin_opt_", "auth_plugin_deny_special_chars"];
/// Options that may stand several times, each with another value.
const REPEATED: &[&str] = &["include_dir", "log_dest", "log_type", "topic", "websockets_origin"];
/// Options of the whole broker.
const OF_BROKER: &[&str] = &[
    "allow_duplicate_messages",
    "autosave_interval",
    "autosave_on_changes",
    "bind_address",
    "check_retain_source",
    "clientid_prefixes",
    "connection_messages",
    "dhparamfile",
    "enable_control_api",
    "global_max_clients",
    "global_max_connections",
    "include_dir",
    "log_dest",
    "log_facility",
    "log_timestamp",
    "log_timestamp_format",
    "log_type",
    "max_inflight_bytes",
    "max_inflight_messages",
    "max_keepalive",
    "max_packet_size",
    "max_queued_bytes",
    "max_queued_messages",
    "memory_limit",
    "message_size_limit",
    "packet_buffer_size",
    "per_listener_settings",
    "persistence",
    "persistence_file",
    "persistence_location",
    "persistent_client_expiration",
    "pid_file",
    "port",
    "queue_qos0_messages",
    "retain_available",
    "retain_expiry_interval",
    "retained_persistence",
    "retry_interval",
    "set_tcp_nodelay",
    "store_clean_interval",
    "sys_interval",
    "upgrade_outgoing_qos",
    "user",
    "websockets_headers_size",
    "websockets_log_level",
];
/// Options of a listener; of the default one before the first `listener`.
const OF_LISTENER: &[&str] = &[
    "accept_protocol_versions",
    "bind_interface",
    "cafile",
    "capath",
    "certfile",
    "ciphers",
    "ciphers_tls1.3",
    "crlfile",
    "disable_client_cert_date_checks",
    "enable_proxy_protocol",
    "http_dir",
    "keyfile",
    "listener_allow_anonymous",
    "listener_auto_id_prefix",
    "max_connections",
    "max_qos",
    "max_topic_alias",
    "max_topic_alias_broker",
    "maximum_qos",
    "mount_point",
    "plugin_use",
    "protocol",
    "proxy_protocol_v2_require_tls",
    "psk_hint",
    "require_certificate",
    "socket_domain",
    "tls_engine",
    "tls_engine_kpass_sha1",
    "tls_keyform",
    "tls_version",
    "use_identity_as_username",
    "use_subject_as_username",
    "use_username_as_clientid",
    "websockets_origin",
];
/// Options of a listener where each has its own, else of the whole broker.
const OF_SECURITY: &[&str] = &[
    "acl_file",
    "allow_anonymous",
    "allow_zero_length_clientid",
    "auto_id_prefix",
    "password_file",
    "psk_file",
];
/// Options of a bridge.
const OF_CONNECTION: &[&str] = &[
    "address",
    "addresses",
    "bridge_alpn",
    "bridge_attempt_unsubscribe",
    "bridge_bind_address",
    "bridge_cafile",
    "bridge_capath",
    "bridge_certfile",
    "bridge_ciphers",
    "bridge_ciphers_tls1.3",
    "bridge_identity",
    "bridge_insecure",
    "bridge_keyfile",
    "bridge_max_packet_size",
    "bridge_max_topic_alias",
    "bridge_outgoing_retain",
    "bridge_protocol_version",
    "bridge_psk",
    "bridge_receive_maximum",
    "bridge_reload_type",
    "bridge_require_ocsp",
    "bridge_session_expiry_interval",
    "bridge_tcp_keepalive",
    "bridge_tcp_user_timeout",
    "bridge_tls_use_os_certs",
    "bridge_tls_version",
    "cleansession",
    "clientid",
    "idle_timeout",
    "keepalive_interval",
    "local_cleansession",
    "local_clientid",
    "local_password",
    "local_username",
    "notification_topic",
    "notifications",
    "notifications_local_only",
    "password",
    "remote_clientid",
    "remote_password",
    "remote_username",
    "restart_timeout",
    "round_robin",
    "start_type",
    "threshold",
    "topic",
    "try_private",
    "username",
];

/// The kind of section that an option opens.
pub(super) fn opens(name: &str) -> Option<&'static str> {
    match name {
        LISTENER => Some(LISTENER),
        CONNECTION => Some(CONNECTION),
        _ => PLUGINS.contains(&name).then_some(PLUGIN),
    }
}

/// The kind of section to which an option belongs; none where it means the whole broker.
pub(super) fn belongs_to(name: &str, per_listener: bool) -> Option<&'static str> {
    let own_of_each = OF_SECURITY.contains(&name) || PLUGINS[..3].contains(&name);
    let global = name == "global_plugin";
    if OF_LISTENER.contains(&name) || per_listener && own_of_each && !global {
        Some(LISTENER)
    } else if OF_CONNECTION.contains(&name) {
        Some(CONNECTION)
    } else {
        OF_PLUGIN.iter().any(|start| name.starts_with(start)).then_some(PLUGIN)
    }
}

/// Whether an option may stand several times.
pub(super) fn is_repeated(name: &str) -> bool {
    REPEATED.contains(&name)
}

/// Whether Mosquitto has such an option.
pub(super) fn is_known(name: &str) -> bool {
    let lists = [OF_BROKER, OF_SECURITY];
    opens(name).is_some()
        || belongs_to(name, false).is_some()
        || lists.iter().any(|list| list.contains(&name))
}
