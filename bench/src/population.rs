//! Stores with many who are signed in, and what is asked about them.

use crate::load::{Protocol, post_json};
use crate::loader::{self, Ids, Plan};
use crate::rollcall::{Api, Application, Data};
use crate::servers::Server;
use crate::suite::{Bench, Contender, Requests};
use anyhow::{Result, ensure};
use rollcall_wire::v3::HeaderFamily;
use rollcall_wire::v3::headers::Header;
use rollcall_wire::v3::signature::{
    Parameters, SIGNATURE_METHOD, SIGNATURE_VERSION, SignatureAuthorization, sign, string_to_sign,
};
use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What a right answer to the headline call ends with.
pub const ACTIVE: &str = r#""data":{"active":true}}"#;
/// The call itself.
pub const CHECK: &str = "/api/v3/check-session-status";

/// How stores are served: with the cheapest password hashing, since what is measured is
/// not that; and under one name at whatever port, so that a token that was made before a
/// start is good after it.
pub const SERVED: [&str; 4] = [
    "--password-hashing",
    "lowest",
    "--public-url",
    "http://localhost",
];

/// People who are signed in to one application.
#[derive(Clone, Debug)]
pub struct People {
    /// The application.
    pub application: Application,
    /// Their ids.
    pub ids: Ids,
    /// How many.
    pub logins: u64,
    /// How long loading them took.
    pub loading: Duration,
}

/// A data folder with people in it.
#[derive(Clone, Debug)]
pub struct Population {
    /// The folder.
    pub data: Data,
    /// By application.
    pub people: Vec<People>,
    /// A token that was made before the folder was closed.
    pub token: String,
}

/// How many are to be signed in to an application, and until when.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// How many.
    pub logins: u64,
    /// In milliseconds since 1970; none: as long as by default.
    pub expire_at: Option<i64>,
}

impl Population {
    /// Makes a store with these people in a new folder.
    pub async fn make(bench: &Bench, name: &str, wanted: &[Wanted]) -> Result<Self> {
        let data = Data::init(&bench.programs.rollcall, &bench.scratch.join(name))?;
        let rollcall = data.serve(&bench.server_core(), &SERVED).await?;
        let mut firsts = Vec::new();
        for number in 0..wanted.len() {
            let name = format!("first{number}");
            let application = rollcall.api.add_plain_application(&name).await?;
            let user = rollcall.api.add_user(&name).await?;
            rollcall.api.sign_in(&name, &application).await?;
            firsts.push((application, user));
        }
        let token = rollcall.api.token.clone();
        rollcall.server.stop()?;
        let mut people = Vec::new();
        for ((application, user), wanted) in firsts.into_iter().zip(wanted) {
            let plan = Plan {
                user: &user,
                logins: wanted.logins,
                expire_at: wanted.expire_at,
            };
            let loaded = loader::load(&data.database(), &plan)?;
            println!(
                "  {} logins loaded in {:.1} s",
                crate::numbers::grouped(crate::numbers::real(wanted.logins)),
                loaded.took.as_secs_f64()
            );
            people.push(People {
                application,
                ids: loaded.ids,
                logins: wanted.logins,
                loading: loaded.took,
            });
        }
        Ok(Self {
            data,
            people,
            token,
        })
    }

    /// Serves it on the server's core. That the binary finds everybody who was loaded
    /// is looked at.
    pub async fn serve(&self, bench: &Bench) -> Result<(Rc<Server>, Api)> {
        let rollcall = self.data.serve(&bench.server_core(), &SERVED).await?;
        Ok((Rc::new(rollcall.server), rollcall.api))
    }

    /// The file's size in bytes.
    pub fn bytes(&self) -> Result<u64> {
        Ok(std::fs::metadata(self.data.database())?.len())
    }
}

/// That everybody who was loaded is found by the binary.
pub async fn check_count(api: &Api, people: &People) -> Result<()> {
    let found = api.count_online(&people.application).await?;
    ensure!(
        found == people.logins,
        "{found} of {} are found online",
        people.logins
    );
    Ok(())
}

/// Numbers of people, drawn with equal chances and the same in each run (splitmix64).
pub struct Draw(Cell<u64>);

impl Draw {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        Self(Cell::new(seed))
    }

    /// One below `bound`.
    pub fn below(&self, bound: u64) -> u64 {
        let state = self.0.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
        self.0.set(state);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound.max(1)
    }
}

impl People {
    /// The body of a check of one of them.
    pub fn check_body(&self, number: u64) -> String {
        format!(
            r#"{{"appId":"{}","userId":"{}"}}"#,
            self.application.id,
            self.ids.user_id(number)
        )
    }

    /// Checks of them by a management token, each of somebody else.
    pub fn checks(&self, address: &str, token: &str) -> Requests {
        let (people, address) = (self.clone(), address.to_owned());
        let bearer = format!("Bearer {token}");
        let draw = Draw::new(1);
        Box::new(move |count| {
            let requests = (0..count).map(|_| {
                let body = people.check_body(draw.below(people.logins));
                post_json(&address, CHECK, &bearer, &body)
            });
            Ok(requests.collect())
        })
    }

    /// The same as signed requests, each with a nonce of its own.
    pub fn signed_checks(&self, address: &str, data: &Data) -> Requests {
        let (people, address, data) = (self.clone(), address.to_owned(), data.clone());
        let draw = Draw::new(2);
        let nonces = Cell::new(0_u64);
        Box::new(move |count| {
            let requests = (0..count).map(|_| {
                let body = people.check_body(draw.below(people.logins));
                nonces.set(nonces.get() + 1);
                signed(&address, &data, &format!("bench-{}", nonces.get()), &body)
            });
            requests.collect()
        })
    }

    /// A contender that checks them by token.
    pub fn contender(&self, name: &str, server: &Rc<Server>, token: &str) -> Contender {
        Contender {
            name: name.to_owned(),
            requests: self.checks(&server.address, token),
            server: server.clone(),
            beside: Vec::new(),
            protocol: Protocol::Http,
            right: ACTIVE,
            most: usize::MAX,
        }
    }
}

fn signed(address: &str, data: &Data, nonce: &str, body: &str) -> Result<Vec<u8>> {
    let family = HeaderFamily::Authing;
    let now = httpdate::fmt_http_date(SystemTime::now());
    let headers = [
        ("date", now.as_str()),
        (family.header(Header::SignatureMethod), SIGNATURE_METHOD),
        (family.header(Header::SignatureNonce), nonce),
        (family.header(Header::SignatureVersion), SIGNATURE_VERSION),
    ];
    let parameters = Parameters::from_json_body(body.as_bytes())?;
    let text = string_to_sign("POST", headers, CHECK, &parameters);
    let authorization = SignatureAuthorization {
        family,
        access_key_id: data.key_id.clone(),
        signature: sign(&data.key_secret, &text),
    };
    let mut request = format!(
        "POST {CHECK} HTTP/1.1\r\nhost: {address}\r\nauthorization: {authorization}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        request.extend([name, ": ", value, "\r\n"]);
    }
    request.push_str("\r\n");
    request.push_str(body);
    Ok(request.into_bytes())
}

/// Milliseconds since 1970.
pub fn now_millis() -> Result<i64> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    Ok(i64::try_from(now.as_millis())?)
}
