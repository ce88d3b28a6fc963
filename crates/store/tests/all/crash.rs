//! A server that is killed loses nothing that it has confirmed.
