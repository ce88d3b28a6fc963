//! Connections: so many at once and no more, each at a pace; all ended when the server ends.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::{Request, Response};
use axum::serve::Listener;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{HttpService, Service as _, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use prometheus_client::metrics::gauge::Gauge;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::debug;

use crate::pace::{Answer, ConnectionLimits, Moving, Pace};

/// The most bytes that wait to be read, or written, of a connection; a head is not longer.
const MOST_WAITING: usize = 64 * 1024;

/// What connections come to, and how they are limited.
#[derive(Clone)]
pub(crate) struct Serving {
    pub(crate) router: Router,
    pub(crate) limits: ConnectionLimits,
    /// How many connections there are.
    pub(crate) count: Gauge,
    /// The server ends: what is being answered is answered, and nothing else.
    pub(crate) ending: CancellationToken,
}

/// Takes connections until the server ends. When it has returned all are ended.
pub(crate) async fn serve(mut listener: TcpListener, serving: Serving) {
    let (tasks, places) = (TaskTracker::new(), Arc::new(Semaphore::new(serving.limits.most)));
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            // Where it fails, it tries again by itself.
            (place, Listener::accept(&mut listener).await)
        };
        let (place, (stream, peer)) = tokio::select! {
            next = next => next,
            () = serving.ending.cancelled() => break,
        };
        let serving = serving.clone();
        tasks.spawn(async move {
            serving.count.inc();
            serving.one(stream, peer).await;
            serving.count.dec();
            drop(place);
        });
    }
    drop(listener);
    tasks.close();
    tasks.wait().await;
}

impl Serving {
    /// Answers the requests of a connection until it is ended, by whomever.
    async fn one<S>(&self, stream: S, peer: SocketAddr)
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let pace = Pace::new(self.limits);
        let stream = TokioIo::new(Moving { stream, pace: pace.clone() });
        let answers = answers(&self.router, peer, &pace);
        let mut http = http1::Builder::new();
        let mut connection =
            pin!(http.max_buf_size(MOST_WAITING).serve_connection(stream, answers));
        let mut over = pin!(pace.over());
        let mut is_told = false;
        loop {
            tokio::select! {
                biased;
                ended = connection.as_mut() => {
                    if let Err(error) = ended {
                        debug!(%peer, %error, "a connection broke off");
                    }
                    return;
                }
                () = over.as_mut() => {
                    debug!(%peer, "a connection took too long, and is ended");
                    return;
                }
                () = self.ending.cancelled(), if !is_told => {
                    is_told = true;
                    connection.as_mut().graceful_shutdown();
                }
            }
        }
    }
}

/// What answers the requests of a connection.
fn answers(
    router: &Router,
    peer: SocketAddr,
    pace: &Pace,
) -> impl HttpService<Incoming, ResBody = Answer, Error = Infallible, Future: Send> {
    let (router, pace) = (TowerToHyperService::new(router.clone()), pace.clone());
    service_fn(move |mut request: Request<Incoming>| {
        let answering = pace.answering();
        request.extensions_mut().insert(ConnectInfo(peer));
        let response = router.call(request);
        async move {
            let response: Response<_> = response.await?;
            Ok::<_, Infallible>(response.map(|body| Answer { body, _answering: answering }))
        }
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::body::{Body, Bytes};
    use axum::routing::{get, post};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
    use tokio::net::TcpStream;
    use tokio::sync::{Notify, mpsc};
    use tokio::time::{Instant, sleep};
    use tokio_stream::wrappers::ReceiverStream;

    use super::*;

    const LIMITS: ConnectionLimits =
        ConnectionLimits { most: 1, head: Duration::from_secs(20), still: Duration::from_mins(2) };
    const SECOND: Duration = Duration::from_secs(1);
    const LONG: usize = 1_000_000;

    fn serving() -> (Serving, Arc<Notify>) {
        let held = Arc::new(Notify::new());
        let until = Arc::clone(&held);
        let router = Router::new()
            .route("/", get(|| async { "here" }))
            .route("/long", get(|| async { "x".repeat(LONG) }))
            .route("/held", get(|| async move { until.notified().await }))
            .route("/events", get(|| async { Body::from_stream(events()) }))
            .route("/file", post(|file: Bytes| async move { file.len().to_string() }));
        let (count, ending) = (Gauge::default(), CancellationToken::new());
        (Serving { router, limits: LIMITS, count, ending }, held)
    }

    /// A word every fifteen seconds, for ten minutes.
    fn events() -> ReceiverStream<Result<Bytes, Infallible>> {
        let (sender, receiver) = mpsc::channel(1);
        tokio::spawn(async move {
            for _ in 0..40 {
                sleep(15 * SECOND).await;
                sender.send(Ok(Bytes::from_static(b"word;"))).await.unwrap();
            }
        });
        ReceiverStream::new(receiver)
    }

    /// The other end of a connection that is served.
    fn connect(serving: &Serving) -> DuplexStream {
        let (ours, theirs) = duplex(1024);
        let serving = serving.clone();
        let peer = SocketAddr::from(([192, 0, 2, 7], 1));
        tokio::spawn(async move { serving.one(theirs, peer).await });
        ours
    }

    async fn ask<S: AsyncWrite + Unpin>(connection: &mut S, path: &str) {
        let head = format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");
        connection.write_all(head.as_bytes()).await.unwrap();
    }

    /// Reads until this was read.
    async fn read_to<S: AsyncRead + Unpin>(connection: &mut S, end: &str) -> String {
        let mut text = String::new();
        while !text.ends_with(end) {
            let mut piece = [0; 1024];
            let length = connection.read(&mut piece).await.unwrap();
            assert!(length > 0, "`{end}` does not come: {text}");
            text += std::str::from_utf8(&piece[..length]).unwrap();
        }
        text
    }

    async fn is_ended(connection: &mut DuplexStream) -> bool {
        connection.read(&mut [0]).await.unwrap() == 0
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_that_comes_byte_by_byte_is_not_waited_for() {
        let (serving, _) = serving();
        let mut connection = connect(&serving);
        // The second request of a connection, so that it is the head that takes too long.
        ask(&mut connection, "/").await;
        read_to(&mut connection, "here").await;
        sleep(LIMITS.still - SECOND).await;
        let since = Instant::now();
        for byte in format!("GET / HTTP/1.1\r\nHost: {}", "x".repeat(99)).bytes() {
            if connection.write_all(&[byte]).await.is_err() {
                break;
            }
            sleep(SECOND).await;
        }
        let took = since.elapsed();
        assert!((LIMITS.head..LIMITS.head + 3 * SECOND).contains(&took), "{took:?}");
        assert!(is_ended(&mut connection).await);
    }

    #[tokio::test(start_paused = true)]
    async fn who_connects_and_says_nothing_is_ended() {
        let (serving, _) = serving();
        let since = Instant::now();
        assert!(is_ended(&mut connect(&serving)).await);
        assert_eq!(since.elapsed(), LIMITS.head);
    }

    #[tokio::test(start_paused = true)]
    async fn a_kept_connection_lives_on_until_it_is_not_used() {
        let (serving, _) = serving();
        let mut connection = connect(&serving);
        for _ in 0..5 {
            ask(&mut connection, "/").await;
            read_to(&mut connection, "here").await;
            sleep(LIMITS.still - SECOND).await;
        }
        let since = Instant::now();
        assert!(is_ended(&mut connection).await);
        assert_eq!(since.elapsed(), SECOND);
    }

    #[tokio::test(start_paused = true)]
    async fn what_moves_lives_on() {
        let (serving, _) = serving();
        let mut connection = connect(&serving);
        ask(&mut connection, "/events").await;
        let told = read_to(&mut connection, "0\r\n\r\n").await;
        assert_eq!(told.matches("word;").count(), 40);
        // So does a file that comes slowly, on the same connection.
        let head = b"POST /file HTTP/1.1\r\nHost: x\r\nContent-Length: 30\r\n\r\n";
        connection.write_all(head).await.unwrap();
        for _ in 0..30 {
            sleep(LIMITS.still - SECOND).await;
            connection.write_all(b"x").await.unwrap();
        }
        read_to(&mut connection, "30").await;
    }

    #[tokio::test(start_paused = true)]
    async fn who_reads_nothing_is_ended() {
        let (serving, _) = serving();
        let mut connection = connect(&serving);
        ask(&mut connection, "/long").await;
        sleep(LIMITS.still + SECOND).await;
        let mut got = Vec::new();
        connection.read_to_end(&mut got).await.unwrap();
        assert!(got.starts_with(b"HTTP/1.1 200 OK") && got.len() < LONG, "{}", got.len());
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_being_answered_is_answered_before_the_end() {
        let (serving, held) = serving();
        let (mut idle, mut busy) = (connect(&serving), connect(&serving));
        ask(&mut idle, "/").await;
        read_to(&mut idle, "here").await;
        ask(&mut busy, "/held").await;
        sleep(SECOND).await;
        let since = Instant::now();
        serving.ending.cancel();
        assert!(is_ended(&mut idle).await);
        assert_eq!(since.elapsed(), Duration::ZERO);
        sleep(SECOND).await;
        held.notify_one();
        read_to(&mut busy, "\r\n\r\n").await;
        assert!(is_ended(&mut busy).await);
    }

    #[tokio::test]
    async fn more_connections_than_there_may_be_wait() {
        let (serving, _) = serving();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (count, ending) = (serving.count.clone(), serving.ending.clone());
        let served = tokio::spawn(serve(listener, serving));
        let mut first = TcpStream::connect(address).await.unwrap();
        ask(&mut first, "/").await;
        read_to(&mut first, "here").await;
        let mut second = TcpStream::connect(address).await.unwrap();
        ask(&mut second, "/").await;
        for _ in 0..100 {
            ask(&mut first, "/").await;
            read_to(&mut first, "here").await;
            assert_eq!(count.get(), 1);
            second.try_read(&mut [0; 1]).unwrap_err();
        }
        drop(first);
        read_to(&mut second, "here").await;
        ending.cancel();
        served.await.unwrap();
        assert_eq!(count.get(), 0);
    }
}
