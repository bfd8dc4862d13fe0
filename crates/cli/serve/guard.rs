//! Who may call: this machine's own pages and programs that know the token, and nobody else.
//!
//! A page of another site can make a browser send requests here. It cannot read the token, its `Origin` is foreign, and
//! a name that it has pointed at 127.0.0.1 (DNS rebinding) shows as a foreign `Host`.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::fmt::Write;
use std::sync::Arc;

/// As strict as the desktop's: scripts and connections of this address alone.
const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                      font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// Headers of every answer.
const HEADERS: [(&str, &str); 6] = [
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cache-control", "no-store"),
];

/// The token and the addresses of this server.
pub struct Guard {
    token: String,
    /// Cookies are shared by all ports of a host, so the name holds the port.
    cookie: String,
    hosts: [String; 3],
}

impl Guard {
    /// A guard with a new token.
    pub fn new(port: u16) -> Self {
        let token = rand::random::<[u8; 32]>().iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        let hosts = ["127.0.0.1", "localhost", "[::1]"].map(|host| format!("{host}:{port}"));
        Self { token, cookie: format!("lucy-{port}"), hosts }
    }

    /// The address that lets a browser in.
    pub fn address(&self) -> String {
        format!("http://{}/?token={}", self.hosts[0], self.token)
    }

    fn is_at_home(&self, headers: &HeaderMap) -> bool {
        let ours = |host: &str| self.hosts.iter().any(|own| own == host);
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).is_some_and(ours);
        let from_us =
            |origin: &HeaderValue| origin.to_str().ok().and_then(|o| o.strip_prefix("http://")).is_some_and(ours);
        host && headers.get_all(header::ORIGIN).iter().all(from_us)
    }

    fn is_known(&self, headers: &HeaderMap) -> bool {
        let text = |value: &'_ HeaderValue| value.to_str().map(str::to_owned).unwrap_or_default();
        let bearer = headers.get(header::AUTHORIZATION).map(text);
        if bearer.as_deref().and_then(|value| value.strip_prefix("Bearer ")).is_some_and(|token| self.is_token(token)) {
            return true;
        }
        let cookies: Vec<String> = headers.get_all(header::COOKIE).iter().map(text).collect();
        let mut pairs =
            cookies.iter().flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.any(|(name, value)| name == self.cookie && self.is_token(value))
    }

    /// Compares in the same time wherever a wrong token differs.
    fn is_token(&self, token: &str) -> bool {
        let differs = |(a, b): (u8, u8)| a ^ b;
        token.len() == self.token.len()
            && token.bytes().zip(self.token.bytes()).map(differs).fold(0, |all, one| all | one) == 0
    }

    /// Lets in who comes with the token in the address, and takes it out of the address.
    fn let_in(&self, query: &str) -> Option<Response> {
        let token = query.split('&').find_map(|pair| pair.strip_prefix("token="))?;
        if !self.is_token(token) {
            return None;
        }
        let cookie = format!("{}={}; HttpOnly; SameSite=Strict; Path=/", self.cookie, self.token);
        Some((StatusCode::SEE_OTHER, [(header::SET_COOKIE, cookie), (header::LOCATION, "/".into())]).into_response())
    }
}

/// Lets a request through, or says why not.
pub async fn check(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    let query = request.uri().query().filter(|_| request.uri().path() == "/");
    let mut response = if !guard.is_at_home(request.headers()) {
        (StatusCode::FORBIDDEN, "This page may not call Lucy.\n").into_response()
    } else if let Some(welcome) = query.and_then(|query| guard.let_in(query)) {
        welcome
    } else if guard.is_known(request.headers()) {
        next.run(request).await
    } else {
        (StatusCode::UNAUTHORIZED, "Open the whole address that `lucy serve` wrote, with its token.\n").into_response()
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_str(value).unwrap())).collect()
    }

    #[test]
    fn only_loopback_names_and_our_own_pages_are_at_home() {
        let guard = Guard::new(7_000);
        let home = |pairs: &[(&'static str, &str)]| guard.is_at_home(&headers(pairs));
        assert!(home(&[("host", "127.0.0.1:7000")]));
        assert!(home(&[("host", "localhost:7000"), ("origin", "http://127.0.0.1:7000")]));
        for host in ["evil.example:7000", "127.0.0.1", "127.0.0.1:7001", "127.0.0.1.evil.example:7000", ""] {
            assert!(!home(&[("host", host)]), "{host}");
        }
        for origin in ["null", "https://127.0.0.1:7000", "http://evil.example", "http://127.0.0.1:7001", ""] {
            assert!(!home(&[("host", "127.0.0.1:7000"), ("origin", origin)]), "{origin}");
        }
        assert!(!home(&[]));
    }

    #[test]
    fn the_token_comes_as_bearer_or_cookie() {
        let guard = Guard::new(7_000);
        let token = guard.token.clone();
        let known = |pairs: &[(&'static str, &str)]| guard.is_known(&headers(pairs));
        assert!(known(&[("authorization", &format!("Bearer {token}"))]));
        assert!(known(&[("cookie", &format!("a=b; lucy-7000={token}"))]));
        for cookie in [format!("lucy-7001={token}"), "lucy-7000=".into(), format!("lucy-7000={token}0")] {
            assert!(!known(&[("cookie", &cookie)]), "{cookie}");
        }
        assert!(!known(&[("authorization", &format!("Basic {token}"))]));
        assert!(!known(&[]));
        assert_eq!(token.len(), 64);
        assert_ne!(token, Guard::new(7_000).token);
    }

    #[test]
    fn the_address_lets_a_browser_in() {
        let guard = Guard::new(7_000);
        let (_, query) = guard.address().split_once('?').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        let response = guard.let_in(&query).unwrap();
        assert_eq!(
            (response.status(), &response.headers()[header::LOCATION]),
            (StatusCode::SEE_OTHER, &HeaderValue::from_static("/"))
        );
        let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
        for query in ["", "token=", "token=1", "toke=1"] {
            assert!(guard.let_in(query).is_none(), "{query}");
        }
    }
}
