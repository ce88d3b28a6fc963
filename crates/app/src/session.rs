//! Who works in this session.

/// The user and machine of this session, for journals and decisions.
pub fn session_user() -> String {
    let uid = rustix::process::getuid();
    let named = std::env::var("USER").ok().filter(|name| !name.is_empty());
    let user = named.unwrap_or_else(|| format!("user {}", uid.as_raw()));
    let machine = rustix::system::uname().nodename().to_string_lossy().into_owned();
    format!("{user}@{machine}")
}
