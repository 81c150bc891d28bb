//! The steps of a random history, taken by the store and the model alike.

use super::Run;
use super::any_step::{Of, Step};
use super::model::{Millis, Presented, SignIn, Status, TOKEN_LIFETIME};
use crate::contract::Harness;
use crate::contract::logins::set_status;
use rollcall_core::model::event::Reason;
use rollcall_core::model::grant::TokenNumber;
use rollcall_core::model::identifier::UserSelector;
use rollcall_core::model::policy::SessionPolicy;
use rollcall_core::model::user::{NewPassword, UserChange, UserStatus};
use rollcall_core::ports::grants::{self, RefreshRequest, RevokedToken};
use rollcall_core::ports::logins::{Activity, Begun, EndScope, EndedAll, Kicked};
use rollcall_core::ports::users::Saved;
use rollcall_core::secret::{PasswordHash, TokenDigest};
use rollcall_core::time::{Span, Timestamp};

fn password() -> NewPassword {
    NewPassword {
        hash: PasswordHash::from_phc("$argon2id$next"),
        security_level: Some(2),
    }
}

impl<H: Harness> Run<H> {
    /// Takes a step in both; what the store answers must be what the model does.
    pub(super) async fn take(&mut self, step: &Step) {
        self.model.step += 1;
        match step {
            Step::SignIn { user, application } => self.sign_in(*user, *application).await,
            Step::Kick { user, applications } => self.kick(*user, applications).await,
            Step::EndAll(of) => self.end_all(*of).await,
            Step::SetUser { user, active } => self.set_user(*user, *active).await,
            Step::DeleteUser { user } => self.delete_user(*user).await,
            Step::PasswordByAdministrator { user } => self.set_password(*user).await,
            Step::SetApplication {
                application,
                enabled,
            } => self.set_application(*application, *enabled).await,
            Step::DeleteApplication { application } => self.delete_application(*application).await,
            Step::SetPolicy {
                application,
                idle,
                lifetime,
            } => self.set_policy(*application, *idle, *lifetime).await,
            Step::Advance { by } => self.advance_to(self.model.now + by),
            Step::RecordExpired { batch } => {
                self.world
                    .harness
                    .worker()
                    .record_expired(*batch)
                    .await
                    .unwrap();
            }
            Step::RecordMassEnds { batch } => {
                self.world
                    .harness
                    .worker()
                    .record_mass_ends(*batch)
                    .await
                    .unwrap();
            }
            Step::Restart { warm } => {
                self.world.harness.restart();
                self.world.harness.set_end_batch(self.end_batch);
                if *warm {
                    self.warm(2).await;
                }
            }
            Step::Warm { batch } => self.warm(*batch).await,
            Step::BrowserSignIn { .. }
            | Step::SignOn { .. }
            | Step::Redeem { .. }
            | Step::SignOut { .. }
            | Step::SetLimit { .. }
            | Step::SetSingleSignOn { .. }
            | Step::AdvanceToSessionLimit { .. }
            | Step::AdvanceToCode { .. } => self.take_in_browser(step).await,
            Step::Activity { login }
            | Step::SignOutByLogin { login }
            | Step::Refresh { login, .. }
            | Step::RevokeRefreshToken { login, .. }
            | Step::RevokeAccessToken { login, .. }
            | Step::PasswordByPerson { login }
            | Step::AdvanceToLimit { login, .. } => {
                if !self.logins.is_empty() {
                    self.take_with_login(step, login % self.logins.len()).await;
                }
            }
        }
    }

    async fn take_with_login(&mut self, step: &Step, login: usize) {
        match step {
            Step::Activity { .. } => self.activity(login).await,
            Step::Refresh { back, window, .. } => self.refresh(login, *back, *window).await,
            Step::RevokeRefreshToken { back, .. } => {
                if let Some((_, digest)) = self.token(login, *back) {
                    self.revoke(login, RevokedToken::Refresh(digest)).await;
                    self.model.end(login, Reason::TokenRevoked);
                }
            }
            Step::RevokeAccessToken { grant, back, .. } => {
                self.revoke_access(login, *grant, *back).await;
            }
            Step::SignOutByLogin { .. } => self.sign_out_by_login(login).await,
            Step::PasswordByPerson { .. } => self.change_password(login).await,
            Step::AdvanceToLimit { offset, .. } => {
                let (limit, _) = self.model.limit(login);
                self.advance_to(limit + offset);
            }
            other => panic!("{other:?} names no login"),
        }
    }

    pub(super) fn advance_to(&mut self, now: Millis) {
        self.model.advance_to(now);
        let now = Timestamp::from_millis(self.model.now);
        self.world.advance_to(now);
    }

    /// Nothing to do on an engine that remembers nothing.
    async fn warm(&self, batch: u32) {
        let store = self.world.store();
        let mut from = None;
        loop {
            from = store.warm(from, batch).await.unwrap().next;
            if from.is_none() {
                return;
            }
        }
    }

    async fn sign_in(&mut self, user: usize, application: usize) {
        let (user_id, application_id) = (self.users[user], self.applications[application]);
        let mut new = self.world.new_login(user_id, application_id);
        new.password_version = self.model.users[user].password_version;
        let digest = self.world.digest();
        new.refresh_token = Some((digest, Span::from_millis(TOKEN_LIFETIME)));
        let who = crate::contract::SignedIn {
            user: user_id,
            application: application_id,
            session: new.session,
            login: new.login,
            grant: new.grant,
            refresh_token: digest,
        };
        let begun = self.world.begin(self.world.pool, new).await;
        let expected = self.model.sign_in(user, application);
        let told = match begun {
            Begun::Begun(_) => {
                self.tokens.push(vec![digest]);
                self.grants.push(vec![who.grant]);
                self.logins.push(who);
                SignIn::SignedOn(self.logins.len() - 1)
            }
            Begun::UserDisabled | Begun::CredentialChanged => SignIn::UserBarred,
            Begun::ApplicationUnavailable => SignIn::ApplicationUnavailable,
            Begun::SessionLimit => SignIn::Limit,
            Begun::UserLocked => panic!("nobody failed"),
        };
        assert_eq!(told, expected);
    }

    async fn activity(&mut self, login: usize) {
        let (pool, id) = (self.world.pool, self.logins[login].login);
        let store = self.world.store();
        let activity = store.record_activity(pool, id, None, self.world.origin());
        let live = matches!(activity.await.unwrap(), Activity::Live(_));
        assert_eq!(live, self.model.activity(login));
    }

    /// A token of a login, counted back from the newest; none while none of its
    /// codes is redeemed.
    fn token(&self, login: usize, back: usize) -> Option<(usize, TokenDigest)> {
        let tokens = &self.tokens[login];
        let newest = tokens.len().checked_sub(1)?;
        let token = newest - back.min(newest);
        Some((token, tokens[token]))
    }

    async fn refresh(&mut self, login: usize, back: usize, window: Millis) {
        let Some((token, presented)) = self.token(login, back) else {
            return;
        };
        let request = RefreshRequest {
            application: self.logins[login].application,
            presented,
            successor: self.world.digest(),
            lifetime: Span::from_millis(TOKEN_LIFETIME),
            retry_window: Span::from_millis(window),
        };
        let store = self.world.store();
        let refreshed = store.refresh(self.world.pool, request, self.world.origin());
        let told = match refreshed.await.unwrap() {
            grants::Refreshed::Refreshed(view) => {
                let grant = view.grant.unwrap();
                let known = self.grants[login].iter().position(|id| *id == grant.id);
                let newest = self.model.logins[login].grants[known.unwrap()];
                assert_eq!(grant.newest_token, newest + 1);
                self.tokens[login].push(request.successor);
                Presented::Rotated
            }
            grants::Refreshed::Reused => Presented::Reused,
            grants::Refreshed::Invalid => Presented::Invalid,
        };
        assert_eq!(told, self.model.refresh(login, token, window));
    }

    async fn revoke(&mut self, login: usize, token: RevokedToken) {
        let (pool, application) = (self.world.pool, self.logins[login].application);
        let store = self.world.store();
        let revoked = store.revoke_token(pool, application, token, self.world.origin());
        revoked.await.unwrap();
    }

    async fn revoke_access(&mut self, login: usize, grant: usize, back: i64) {
        let grant = grant % self.grants[login].len();
        let newest = self.model.logins[login].grants[grant];
        let number = (newest - back).max(1);
        let token = RevokedToken::Access {
            login: self.logins[login].login,
            number: TokenNumber {
                grant: self.grants[login][grant],
                number,
            },
            expires_at: self.world.now() + Span::from_seconds(60),
        };
        self.revoke(login, token).await;
        if number == newest {
            self.model.end(login, Reason::TokenRevoked);
        }
    }

    async fn kick(&mut self, user: usize, applications: &[usize]) {
        let ids = applications.iter().map(|a| self.applications[*a]).collect();
        let selector = UserSelector::id(self.users[user]);
        let store = self.world.store();
        let kicked = store.kick_user(self.world.pool, selector, ids, self.world.origin());
        let kicked = kicked.await.unwrap();
        let gone = |a: &usize| self.model.applications[*a].status == Status::Gone;
        if applications.iter().any(gone) {
            assert_eq!(kicked, Kicked::ApplicationNotFound);
        } else if self.model.users[user].status == Status::Gone {
            assert_eq!(kicked, Kicked::UserNotFound);
        } else {
            assert_eq!(kicked, Kicked::Kicked);
            for application in applications {
                let mark = self.model.step;
                self.model.kicks.insert((user, *application), mark);
            }
            self.model.end_all(Reason::Kicked, |_, login| {
                login.user == user && applications.contains(&login.application)
            });
        }
    }

    async fn end_all(&mut self, of: Of) {
        let gone = |status| status == Status::Gone;
        let reason = Reason::SessionRevoked;
        let (scope, expected) = match of {
            Of::User(user) => {
                let scope = EndScope::User(UserSelector::id(self.users[user]));
                let unknown = gone(self.model.users[user].status);
                (scope, unknown.then_some(EndedAll::UserNotFound))
            }
            Of::Application(application) => {
                let scope = EndScope::Application(self.applications[application]);
                let unknown = gone(self.model.applications[application].status);
                (scope, unknown.then_some(EndedAll::ApplicationNotFound))
            }
            Of::Pool => (EndScope::Pool, None),
        };
        let store = self.world.store();
        let ended = store.end_all_sessions(self.world.pool, scope, self.world.origin());
        assert_eq!(ended.await, Ok(expected.unwrap_or(EndedAll::Ended)));
        match of {
            Of::User(user) => self.model.end_user(user, reason, None),
            Of::Application(application) => self
                .model
                .end_all(reason, |_, login| login.application == application),
            Of::Pool => {
                for user in 0..self.users.len() {
                    self.model.end_user(user, reason, None);
                }
            }
        }
    }

    async fn set_user(&mut self, user: usize, active: bool) {
        if self.model.users[user].status == Status::Gone {
            return;
        }
        let status = if active {
            UserStatus::Activated
        } else {
            UserStatus::Suspended
        };
        set_status(&self.world, self.users[user], status).await;
        self.model.users[user].status = if active { Status::Active } else { Status::Off };
        if !active {
            self.model.end_user(user, Reason::UserDisabled, None);
        }
    }

    async fn delete_user(&mut self, user: usize) {
        let store = self.world.store();
        let users = vec![self.users[user]];
        let deleted = store.delete_users(self.world.pool, users, self.world.origin());
        let there = self.model.users[user].status != Status::Gone;
        assert_eq!(deleted.await, Ok(there));
        self.model.users[user].status = Status::Gone;
        self.model.end_user(user, Reason::UserDeleted, None);
    }

    async fn set_password(&mut self, user: usize) {
        let change = UserChange {
            password: Some(password()),
            ..UserChange::default()
        };
        let (pool, id) = (self.world.pool, self.users[user]);
        let store = self.world.store();
        let saved = store.update_user(pool, id, change, self.world.origin());
        let there = self.model.users[user].status != Status::Gone;
        assert_eq!(matches!(saved.await.unwrap(), Saved::Saved(_)), there);
        if there {
            self.model.users[user].password_version += 1;
            self.model.end_user(user, Reason::PasswordChanged, None);
        }
    }

    async fn change_password(&mut self, login: usize) {
        let user = self.model.logins[login].user;
        let live = self.model.logins[login].end.is_none();
        let store = self.world.store();
        let who = (self.users[user], self.logins[login].login);
        let version = self.model.users[user].password_version;
        let change = self.world.own_password(who, version, password());
        let changed = store.change_own_password(self.world.pool, change, self.world.origin());
        assert_eq!(changed.await, Ok(live));
        if live {
            self.model.users[user].password_version += 1;
            let own = self.model.logins[login].session;
            self.model
                .end_user(user, Reason::PasswordChanged, Some(own));
        }
    }

    async fn set_application(&mut self, application: usize, enabled: bool) {
        if self.model.applications[application].status == Status::Gone {
            return;
        }
        self.world
            .set_enabled(self.applications[application], enabled)
            .await;
        let of_application = &mut self.model.applications[application];
        of_application.status = if enabled { Status::Active } else { Status::Off };
        if !enabled {
            self.model.end_all(Reason::AppDisabled, |_, login| {
                login.application == application
            });
        }
    }

    async fn delete_application(&mut self, application: usize) {
        let (pool, id) = (self.world.pool, self.applications[application]);
        let store = self.world.store();
        let deleted = store.delete_application(pool, id, self.world.origin());
        let there = self.model.applications[application].status != Status::Gone;
        assert_eq!(deleted.await, Ok(there));
        self.model.applications[application].status = Status::Gone;
        self.model.end_all(Reason::AppDeleted, |_, login| {
            login.application == application
        });
    }

    async fn set_policy(
        &mut self,
        application: usize,
        idle: Option<Millis>,
        lifetime: Option<Millis>,
    ) {
        if self.model.applications[application].status == Status::Gone {
            return;
        }
        let policy = SessionPolicy {
            idle_timeout: idle.map(Span::from_millis),
            max_lifetime: lifetime.map(Span::from_millis),
        };
        self.world
            .set_policy(self.applications[application], policy)
            .await;
        self.model.set_policy(application, idle, lifetime);
    }
}
