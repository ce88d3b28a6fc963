//! Requests to other servers: where they may go, how long they take, how much they may answer.
//!
//! They go over HTTPS, or to this machine alone. Where people name the address, it must not be of
//! a private network: it is looked at after the name was resolved, and the connection goes to what
//! was looked at. Nobody sends them elsewhere by an answer.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::HeaderMap;
use reqwest::{Certificate, Client, Method, StatusCode, Url, redirect};
use thiserror::Error;

use crate::authorities::Authorities;

/// How long a request may take, with its answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// The most bytes of an answer.
const MOST: usize = 1024 * 1024;

/// Sends requests to other servers. Clones share their connections.
#[derive(Clone, Debug)]
pub(crate) struct Web {
    client: Client,
    reach: Reach,
}

/// Where requests may go.
#[derive(Clone, Debug)]
pub(crate) enum Reach {
    /// To what the configuration names: anywhere.
    Configured,
    /// To what people named: to public addresses, and to these hosts.
    Public {
        /// Hosts that the configuration allows, whatever their addresses.
        but: Arc<[String]>,
    },
}

/// A request.
pub(crate) struct Asked {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// Why nothing came back.
#[derive(Debug, Error)]
pub(crate) enum WebError {
    /// It is no address.
    #[error("this is no address")]
    Address,
    /// It would go over a network in the clear.
    #[error("{0} is neither https nor on this machine")]
    Plain(Url),
    /// It would reach into a private network.
    #[error(
        "{host} is {address}, an address of a private network; if it is meant, name the host in \
         the configuration: [webhooks] allowed_hosts"
    )]
    Private {
        /// The host.
        host: String,
        /// Its address.
        address: IpAddr,
    },
    /// The answer is too long.
    #[error("the answer has more than {MOST} bytes")]
    TooLong,
    /// There was no answer.
    #[error("no answer")]
    Failed(#[from] reqwest::Error),
}

impl Web {
    /// Where it may reach, and whose certificates it believes beside those that the machine trusts.
    pub(crate) fn new(reach: Reach, authorities: &Authorities) -> Result<Self, WebError> {
        let own = authorities.certificates().map(Certificate::from_der);
        let builder = Client::builder()
            .tls_certs_merge(own.collect::<Result<Vec<_>, _>>()?)
            .redirect(redirect::Policy::none())
            .referer(false)
            .timeout(PATIENCE)
            .user_agent(concat!("refit/", env!("CARGO_PKG_VERSION")));
        let builder = match &reach {
            Reach::Configured => builder,
            // A proxy would resolve names itself, and reach what this server should not.
            Reach::Public { .. } => {
                let looking = Looking { reach: reach.clone() };
                builder.no_proxy().dns_resolver(Arc::new(looking))
            }
        };
        Ok(Self { client: builder.build()?, reach })
    }

    /// Sends a request.
    pub(crate) async fn ask(&self, asked: Asked) -> Result<Answered, WebError> {
        self.reach.check(&asked.url)?;
        let request = self.client.request(asked.method, asked.url);
        let mut response = request.headers(asked.headers).body(asked.body).send().await?;
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await? {
            if body.len() + piece.len() > MOST {
                return Err(WebError::TooLong);
            }
            body.extend_from_slice(&piece);
        }
        let headers = std::mem::take(response.headers_mut());
        Ok(Answered { status: response.status(), headers, body })
    }
}

impl Reach {
    /// Whether a request may go to an address, as far as can be told before names are resolved.
    pub(crate) fn check(&self, url: &Url) -> Result<(), WebError> {
        let is_safe = match url.scheme() {
            "https" => true,
            "http" => is_this_machine(url),
            _ => false,
        };
        if !is_safe {
            return Err(WebError::Plain(url.clone()));
        }
        // A name is looked at when it is resolved; an address never is.
        let host = url.host_str().unwrap_or_default();
        match host.trim_matches(['[', ']']).parse::<IpAddr>() {
            Ok(address) => self.check_address(host, address),
            Err(_) => Ok(()),
        }
    }

    fn check_address(&self, host: &str, address: IpAddr) -> Result<(), WebError> {
        let is_allowed = match self {
            Self::Configured => true,
            Self::Public { but } => {
                is_public(address) || but.iter().any(|one| one.eq_ignore_ascii_case(host))
            }
        };
        let host = host.to_owned();
        if is_allowed { Ok(()) } else { Err(WebError::Private { host, address }) }
    }
}

/// Resolves names, and looks at what they are.
struct Looking {
    reach: Reach,
}

impl Resolve for Looking {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.reach.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let found: Vec<SocketAddr> = found.collect();
            for one in &found {
                reach.check_address(name.as_str(), one.ip())?;
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

fn is_this_machine(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// Whether an address is one of the public network. What is in doubt is not.
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    let is_special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        || matches!((first, second, third), (192, 0, 0) | (192, 88, 99))
        || (first == 100 && second & 0xc0 == 64)
        || (first == 198 && second & 0xfe == 18)
        || first == 0
        || first >= 240;
    !is_special
}

/// Only the part of the addresses that is given to the public network at all, without what stands
/// for an address of the older kind, of tunnels, and of documents.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    let is_given = segments[0] & 0xe000 == 0x2000;
    let is_special = matches!(segments, [0x2001, 0..=0x01ff | 0x0db8, ..] | [0x2002 | 0x3fff, ..]);
    is_given && !is_special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_known() {
        for private in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "192.0.2.1",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "2001:db8::1",
            "2001::1",
            "ff02::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
        for public in ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1", "2a00:1450::1"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn requests_go_over_https_or_stay_here() {
        let reach = Reach::Public { but: ["127.0.0.1".to_owned()].into() };
        for good in ["https://hooks.example/1", "http://127.0.0.1:1/", "https://8.8.8.8/"] {
            reach.check(&good.parse().unwrap()).unwrap();
        }
        for bad in [
            "http://hooks.example",
            "ftp://hooks.example",
            "https://10.0.0.1",
            "https://[::1]/",
            "https://0x7f000002/",
            "https://2130706434/",
            "http://127.0.0.2/",
        ] {
            assert!(reach.check(&bad.parse().unwrap()).is_err(), "{bad}");
        }
        let anywhere = Reach::Configured;
        anywhere.check(&"https://10.0.0.1".parse().unwrap()).unwrap();
        assert!(anywhere.check(&"http://10.0.0.1".parse().unwrap()).is_err());
    }

    #[tokio::test]
    async fn a_name_that_is_private_is_refused_when_it_is_resolved() {
        let web = Web::new(Reach::Public { but: [].into() }, &Authorities::default()).unwrap();
        let asked = Asked {
            method: Method::GET,
            url: "https://localhost:1/".parse().unwrap(),
            headers: HeaderMap::new(),
            body: Vec::new(),
        };
        let error = web.ask(asked).await.unwrap_err();
        let told = refit_model::with_causes(&error);
        assert!(told.contains("an address of a private network"), "{told}");
    }
}
