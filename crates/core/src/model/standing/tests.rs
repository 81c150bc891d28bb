//! One login, every way in which it may stand.

use super::*;
use crate::ids::{ApplicationId, LoginId, SessionId, UserId};
use crate::model::event::Position;
use crate::model::mass_end::Scope;
use crate::time::Span;

const START: i64 = 1_000_000;

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(START + millis)
}

fn position(revision: i64) -> Position {
    Position { revision, index: 0 }
}

fn login() -> Login {
    Login {
        id: LoginId::from_bytes([1; 16]),
        session: SessionId::from_bytes([2; 16]),
        user: UserId::from_bytes([3; 12]),
        application: ApplicationId::from_bytes([4; 12]),
        begun: position(1),
        begun_at: at(0),
        last_seen: at(0),
        redeem_by: None,
        end: None,
    }
}

fn session() -> Session {
    Session {
        id: SessionId::from_bytes([2; 16]),
        user: UserId::from_bytes([3; 12]),
        begun: position(1),
        begun_at: at(0),
        authenticated: position(1),
        authenticated_at: at(0),
        last_seen: at(0),
        end: None,
    }
}

fn limits(idle: i64, max: i64) -> SessionLimits {
    SessionLimits {
        idle_timeout: Span::from_millis(idle),
        max_lifetime: Span::from_millis(max),
    }
}

fn policy(idle: i64) -> SessionPolicy {
    SessionPolicy {
        idle_timeout: Some(Span::from_millis(idle)),
        max_lifetime: None,
    }
}

fn rules(idle: i64, max: i64) -> Rules {
    Rules {
        pool: limits(idle, max),
        application: SessionPolicy::default(),
    }
}

fn ended(at: Timestamp, reason: Reason) -> Standing {
    Standing::Ended(End {
        at,
        reason,
        actor: Actor::System,
    })
}

fn changed(revision: i64, when: i64, former: i64, new: i64) -> MassEnd {
    MassEnd {
        position: position(revision),
        scope: Scope::Application(login().application),
        effect: Effect::ApplicationPolicy {
            former: policy(former),
            new: policy(new),
        },
        at: at(when),
        actor: Actor::System,
    }
}

fn with_policy(idle: i64) -> Rules {
    Rules {
        pool: limits(10_000, 100_000),
        application: policy(idle),
    }
}

#[test]
fn a_login_ends_at_the_millisecond_of_its_limit() {
    let now = |millis| standing(&login(), &session(), rules(100, 1_000), &[], at(millis));
    assert_eq!(
        now(99),
        Standing::Live {
            expires_at: at(100)
        }
    );
    assert_eq!(now(100), ended(at(100), Reason::IdleTimeout));
    assert_eq!(now(101), ended(at(100), Reason::IdleTimeout));
    let lifetime = standing(&login(), &session(), rules(5_000, 1_000), &[], at(1_000));
    assert_eq!(lifetime, ended(at(1_000), Reason::MaxLifetime));
}

#[test]
fn the_limit_that_is_told_is_the_one_that_strikes() {
    let quiet_session = Session {
        begun_at: at(-30),
        last_seen: at(-20),
        ..session()
    };
    let unredeemed = Login {
        redeem_by: Some(at(5)),
        ..login()
    };
    for (login, session, rules, expected) in [
        (login(), session(), rules(100, 1_000), Limit::LoginIdle),
        (
            login(),
            session(),
            rules(5_000, 1_000),
            Limit::LoginLifetime,
        ),
        (
            login(),
            quiet_session.clone(),
            rules(100, 1_000),
            Limit::SessionIdle,
        ),
        (
            login(),
            quiet_session,
            rules(5_000, 1_000),
            Limit::SessionLifetime,
        ),
        (unredeemed, session(), rules(100, 1_000), Limit::Code),
    ] {
        let (limit, when) = rules.next_limit(&Moments::of(&login, &session));
        assert_eq!(limit, expected);
        let stands = standing(&login, &session, rules, &[], at(1));
        assert_eq!(stands, Standing::Live { expires_at: when });
    }
}

#[test]
fn one_applications_activity_does_not_keep_another_login_alive() {
    let busy_session = Session {
        last_seen: at(90),
        ..session()
    };
    let now = standing(&login(), &busy_session, rules(100, 1_000), &[], at(100));
    assert_eq!(now, ended(at(100), Reason::IdleTimeout));
}

#[test]
fn a_mass_end_touches_only_what_began_before_it_and_lies_in_its_scope() {
    let mut kick = MassEnd {
        position: position(2),
        scope: Scope::UserInApplication {
            user: login().user,
            application: login().application,
        },
        effect: Effect::End(Reason::Kicked),
        at: at(10),
        actor: Actor::System,
    };
    let stands = |kick: &MassEnd| {
        standing(
            &login(),
            &session(),
            rules(100, 1_000),
            std::slice::from_ref(kick),
            at(20),
        )
    };
    assert_eq!(stands(&kick), ended(at(10), Reason::Kicked));
    kick.position = position(1);
    assert!(stands(&kick).is_live());
    kick.position = position(2);
    kick.scope = Scope::User {
        user: login().user,
        except: Some(login().session),
    };
    assert!(stands(&kick).is_live());
}

#[test]
fn what_had_expired_before_a_mass_end_keeps_its_own_reason() {
    let late = MassEnd {
        position: position(2),
        scope: Scope::Pool,
        effect: Effect::End(Reason::SessionRevoked),
        at: at(150),
        actor: Actor::System,
    };
    let now = standing(&login(), &session(), rules(100, 1_000), &[late], at(200));
    assert_eq!(now, ended(at(100), Reason::IdleTimeout));
}

#[test]
fn a_shortened_policy_ends_what_outlived_it_at_the_change() {
    let shortened = changed(2, 50, 100, 40);
    let now = standing(&login(), &session(), with_policy(40), &[shortened], at(50));
    assert_eq!(now, ended(at(50), Reason::PolicyChanged));
}

#[test]
fn a_lengthened_policy_revives_nothing() {
    let lengthened = changed(2, 150, 100, 5_000);
    let now = standing(
        &login(),
        &session(),
        with_policy(5_000),
        &[lengthened],
        at(160),
    );
    assert_eq!(now, ended(at(100), Reason::IdleTimeout));
    let in_time = changed(2, 90, 100, 5_000);
    let now = standing(
        &login(),
        &session(),
        with_policy(5_000),
        &[in_time],
        at(160),
    );
    assert_eq!(
        now,
        Standing::Live {
            expires_at: at(5_000)
        }
    );
}

#[test]
fn a_policy_shortened_and_lengthened_again_revives_nothing() {
    let changes = [changed(2, 50, 100, 40), changed(3, 60, 40, 100)];
    let now = standing(&login(), &session(), with_policy(100), &changes, at(70));
    assert_eq!(now, ended(at(50), Reason::PolicyChanged));
}

#[test]
fn a_login_whose_code_is_not_redeemed_ends_with_the_code() {
    let unredeemed = Login {
        redeem_by: Some(at(60)),
        ..login()
    };
    let now = |millis| standing(&unredeemed, &session(), rules(100, 1_000), &[], at(millis));
    assert_eq!(now(59), Standing::Live { expires_at: at(60) });
    assert_eq!(now(60), ended(at(60), Reason::NotRedeemed));
}

#[test]
fn a_session_lives_by_the_pools_limits_and_by_ends_of_its_user_alone() {
    let limits = limits(100, 1_000);
    let stands =
        |mass_ends: &[MassEnd], now| session_standing(&session(), limits, mass_ends, at(now));
    assert_eq!(stands(&[], 100), ended(at(100), Reason::IdleTimeout));
    let of = |scope| MassEnd {
        position: position(2),
        scope,
        effect: Effect::End(Reason::UserDisabled),
        at: at(10),
        actor: Actor::System,
    };
    let user = Scope::User {
        user: login().user,
        except: None,
    };
    assert_eq!(stands(&[of(user)], 20), ended(at(10), Reason::UserDisabled));
    assert_eq!(
        stands(&[of(Scope::Pool)], 20),
        ended(at(10), Reason::UserDisabled)
    );
    for others in [
        Scope::Application(login().application),
        Scope::User {
            user: login().user,
            except: Some(session().id),
        },
        Scope::UserInApplication {
            user: login().user,
            application: login().application,
        },
    ] {
        assert!(stands(&[of(others)], 20).is_live(), "{others:?}");
    }
}

#[test]
fn a_recorded_end_is_final() {
    let end = End {
        at: at(5),
        reason: Reason::Kicked,
        actor: Actor::Operator,
    };
    let login = Login {
        end: Some(end),
        ..login()
    };
    let now = standing(&login, &session(), rules(100, 1_000), &[], at(6));
    assert_eq!(now, Standing::Ended(end));
}

#[test]
fn without_mass_ends_the_instants_alone_decide_the_same() {
    let (login, session) = (login(), session());
    let moments = Moments::of(&login, &session);
    for (idle, max) in [(100, 1_000), (5_000, 1_000), (100, 100)] {
        for millis in [0, 99, 100, 101, 999, 1_000, 1_001] {
            let (rules, now) = (rules(idle, max), at(millis));
            let whole = standing(&login, &session, rules, &[], now);
            assert_eq!(standing_by_limits(&moments, rules, now), whole);
        }
    }
}
