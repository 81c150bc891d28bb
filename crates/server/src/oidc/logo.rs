//! `GET /oidc/logo/{client_id}`: an application's logo, from our origin. A page
//! of ours that showed it from the application's would tell that server who is
//! about to sign in, and would have to trust it with what is shown.

use crate::egress::{Egress, EgressError, Image};
use crate::state::AppState;
use rollcall_core::ids::ApplicationId;
use rollcall_core::limits;
use rollcall_core::time::{Timestamp, expired};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{Semaphore, watch};

/// Where it is.
pub(crate) const LOGO: &str = "/oidc/logo/{client_id}";

/// The logo of the application with this `client_id`. Whoever asks is not told
/// why there is none: that would tell strangers what our network is like.
pub(crate) async fn logo(app: AppState, client_id: String) -> Option<Image> {
    let id: ApplicationId = client_id.parse().ok()?;
    let store = &app.authority.store;
    let application = store.client(id).await.ok()??.application;
    if !application.enabled || application.logo.is_empty() {
        return None;
    }
    let now = store.now();
    app.logos.get(&app.egress, id, &application.logo, now).await
}

/// Logos that were fetched, and what could not be. Kept in memory alone: a logo
/// is nobody's answer to whether somebody is signed in.
#[derive(Debug)]
pub(crate) struct Logos {
    kept: Mutex<Kept>,
    fetches: Arc<Semaphore>,
}

type Kept = HashMap<ApplicationId, Entry>;

/// What a fetch came to; nothing while it goes on.
type Outcome = Option<Result<Image, EgressError>>;

#[derive(Debug)]
struct Entry {
    /// Another URL is another logo.
    url: String,
    begun: Timestamp,
    outcome: watch::Receiver<Outcome>,
}

impl Default for Logos {
    fn default() -> Self {
        Self {
            kept: Mutex::default(),
            fetches: Arc::new(Semaphore::new(limits::MAX_LOGO_FETCHES)),
        }
    }
}

impl Logos {
    /// The logo at this URL, fetched if it is not known. Who asks while it is
    /// being fetched waits for that.
    async fn get(
        &self,
        egress: &Egress,
        application: ApplicationId,
        url: &str,
        now: Timestamp,
    ) -> Option<Image> {
        let mut outcome = self.known_or_begun(egress, application, url, now)?;
        let known = outcome.wait_for(Option::is_some).await.ok()?;
        known.clone()?.ok()
    }

    /// What is known of the logo, or will be; none if too many are being
    /// fetched. A fetch goes on if nobody waits for it any more: hanging up and
    /// asking again begins no second one.
    fn known_or_begun(
        &self,
        egress: &Egress,
        application: ApplicationId,
        url: &str,
        now: Timestamp,
    ) -> Option<watch::Receiver<Outcome>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = kept.get(&application)
            && entry.url == url
            && entry.is_current(now)
        {
            return Some(entry.outcome.clone());
        }
        let place = Arc::clone(&self.fetches).try_acquire_owned().ok()?;
        kept.remove(&application);
        make_room(&mut kept);
        let (told, outcome) = watch::channel(None);
        let (egress, url) = (egress.clone(), url.to_owned());
        let entry = Entry {
            url: url.clone(),
            begun: now,
            outcome: outcome.clone(),
        };
        kept.insert(application, entry);
        tokio::spawn(async move {
            let fetched = egress.get_image(&url).await;
            if let Err(error) = &fetched {
                let code = error.as_str();
                tracing::warn!(%application, code, "the application's logo cannot be shown");
            }
            drop(place);
            told.send_replace(Some(fetched));
        });
        Some(outcome)
    }
}

impl Entry {
    /// Whether what is known still counts.
    fn is_current(&self, now: Timestamp) -> bool {
        // Asked first: a fetch that ends in between has told its outcome.
        let going_on = self.outcome.has_changed().is_ok();
        match &*self.outcome.borrow() {
            None => going_on,
            Some(Ok(_)) => !expired(self.begun + limits::LOGO_MEMORY, now),
            Some(Err(_)) => !expired(self.begun + limits::LOGO_FAILURE_MEMORY, now),
        }
    }

    /// What it takes at most.
    fn bytes(&self) -> usize {
        match &*self.outcome.borrow() {
            None => limits::MAX_EGRESS_ANSWER_BYTES,
            Some(Ok(image)) => image.bytes.len(),
            Some(Err(_)) => 0,
        }
    }
}

/// Forgets the oldest until there is room for one more logo, of any size. Who
/// waits for one that is forgotten gets it all the same.
fn make_room(kept: &mut Kept) {
    let most_bytes = limits::MAX_LOGO_BYTES - limits::MAX_EGRESS_ANSWER_BYTES;
    while kept.len() >= limits::MAX_LOGOS
        || kept.values().map(Entry::bytes).sum::<usize>() > most_bytes
    {
        let oldest = kept.iter().min_by_key(|(_, entry)| entry.begun);
        let Some(oldest) = oldest.map(|(application, _)| *application) else {
            return;
        };
        kept.remove(&oldest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::egress::{EgressPolicy, Lookup};
    use async_trait::async_trait;
    use bytes::Bytes;
    use std::io;
    use std::net::IpAddr;

    struct Never;

    #[async_trait]
    impl Lookup for Never {
        async fn addresses(&self, _: &str) -> io::Result<Vec<IpAddr>> {
            std::future::pending().await
        }
    }

    fn stuck() -> Egress {
        Egress::with_lookup(EgressPolicy::default(), Arc::new(Never)).unwrap()
    }

    fn id(number: usize) -> ApplicationId {
        let mut bytes = [0; 12];
        bytes[4..].copy_from_slice(&number.to_be_bytes());
        ApplicationId::from_bytes(bytes)
    }

    fn at(millis: usize) -> Timestamp {
        Timestamp::from_millis(millis.try_into().unwrap())
    }

    /// Fetched at that instant, with this many bytes.
    fn entry(begun: Timestamp, bytes: usize) -> Entry {
        let image = Image {
            content_type: "image/png",
            bytes: Bytes::from(vec![0; bytes]),
        };
        Entry {
            url: String::new(),
            begun,
            outcome: watch::channel(Some(Ok(image))).1,
        }
    }

    #[test]
    fn the_oldest_gives_way_at_the_limit_of_entries() {
        for (more, forgotten) in [(0, 0), (1, 1), (2, 2)] {
            let count = limits::MAX_LOGOS - 1 + more;
            let mut kept: Kept = (0..count).map(|n| (id(n), entry(at(n), 1))).collect();
            make_room(&mut kept);
            assert_eq!(kept.len(), count - forgotten);
            assert!((0..forgotten).all(|n| !kept.contains_key(&id(n))));
        }
    }

    #[test]
    fn the_oldest_gives_way_at_the_limit_of_bytes() {
        let largest = limits::MAX_EGRESS_ANSWER_BYTES;
        let full = limits::MAX_LOGO_BYTES / largest - 1;
        for (more, forgotten) in [(0, 0), (1, 1)] {
            let mut kept: Kept = (0..full).map(|n| (id(n), entry(at(n), largest))).collect();
            kept.insert(id(full), entry(at(full), more));
            make_room(&mut kept);
            assert_eq!(kept.len(), full + 1 - forgotten);
            assert_eq!(kept.contains_key(&id(0)), forgotten == 0);
        }
    }

    #[tokio::test]
    async fn a_few_are_fetched_at_once_and_no_more() {
        let (logos, egress) = (Logos::default(), stuck());
        let begin = |n: usize| {
            let outcome = logos.known_or_begun(&egress, id(n), "https://a.example/", at(0));
            outcome.is_some()
        };
        for n in 0..limits::MAX_LOGO_FETCHES {
            assert!(begin(n));
        }
        assert!(!begin(limits::MAX_LOGO_FETCHES));
        // What is under way already is waited for.
        assert!(begin(0));
    }

    #[tokio::test(start_paused = true)]
    async fn a_place_is_free_again_when_a_fetch_has_ended() {
        let (logos, egress) = (Logos::default(), stuck());
        for n in 0..=limits::MAX_LOGO_FETCHES {
            let none = logos.get(&egress, id(n), "https://a.example/", at(0)).await;
            assert_eq!(none, None);
        }
        let kept = logos.kept.lock().unwrap();
        assert_eq!(kept.len(), limits::MAX_LOGO_FETCHES + 1);
        assert!(
            kept.values()
                .all(|entry| { *entry.outcome.borrow() == Some(Err(EgressError::TimedOut)) })
        );
    }

    #[test]
    fn what_is_known_counts_until_its_limit() {
        let failed = |begun| Entry {
            outcome: watch::channel(Some(Err(EgressError::Refused))).1,
            ..entry(begun, 0)
        };
        for (entry, memory) in [
            (entry(at(0), 1), limits::LOGO_MEMORY),
            (failed(at(0)), limits::LOGO_FAILURE_MEMORY),
        ] {
            let limit = at(0) + memory;
            let before = Timestamp::from_millis(limit.as_millis() - 1);
            assert!(entry.is_current(before) && !entry.is_current(limit));
        }
        let (told, outcome) = watch::channel(None);
        let going_on = Entry {
            outcome,
            ..entry(at(0), 0)
        };
        assert!(going_on.is_current(at(0)));
        // A fetch that broke off is none.
        drop(told);
        assert!(!going_on.is_current(at(0)));
    }
}
