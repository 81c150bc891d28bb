//! Histories that the model itself has made: right by construction, and then with one answer
//! turned round.

use fastrand::Rng;
use rollcall_bench::linear::judge::{Record, Verdict, judge};
use rollcall_bench::linear::model::{Answer, Call, Op, State};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(20);

/// Calls that take effect at 100, 200, …; each begins up to `before` earlier and ends up to
/// `after` later, so that they overlap.
fn history(seed: u64, before: i64, after: i64) -> Vec<Record> {
    let mut rng = Rng::with_seed(seed);
    let mut state = State::default();
    let (mut cookies, mut tokens) = (vec![0], vec![(0, 0)]);
    let mut records = Vec::new();
    for name in 1..=300 {
        let app = rng.u8(..2);
        let shown = cookies[rng.usize(cookies.len().saturating_sub(4)..cookies.len())];
        let (grant, number) = tokens[rng.usize(tokens.len().saturating_sub(4)..tokens.len())];
        let call = match rng.u8(..20) {
            0..7 => Call::Check { app },
            7..9 => Call::ApiSignIn { app, grant: name },
            9 => Call::FormSignIn {
                app,
                shown: None,
                given: name,
                grant: name,
            },
            10 => Call::FormSignIn {
                app,
                shown: Some(shown),
                given: name,
                grant: name,
            },
            11..14 => Call::SilentSignOn {
                app,
                shown,
                grant: name,
            },
            14 => Call::Redeem { grant },
            15..18 => Call::Refresh { grant, number },
            18 => Call::Kick { apps: 1 << app },
            _ => Call::SignOut { shown },
        };
        let yes = state.apply(call);
        match call {
            Call::ApiSignIn { grant, .. } => tokens.push((grant, 1)),
            Call::FormSignIn { given, grant, .. } => {
                cookies.push(given);
                tokens.push((grant, 0));
            }
            Call::SilentSignOn { grant, .. } if yes => tokens.push((grant, 0)),
            Call::Redeem { grant } | Call::Refresh { grant, .. } if yes => {
                tokens.push((grant, number + 1));
            }
            _ => {}
        }
        let at = i64::from(name) * 100;
        let (began, ended) = (at - rng.i64(0..=before), at + rng.i64(0..=after));
        let answer = if yes { Answer::Yes } else { Answer::No };
        let op = Op { call, answer };
        records.push(Record {
            user: 1,
            client: 0,
            began,
            ended,
            op,
        });
    }
    records
}

#[test]
fn what_the_model_answers_is_linearizable_however_calls_overlap() {
    for seed in 0..20 {
        let mut history = history(seed, 250, 250);
        assert_eq!(
            judge(&history, PATIENCE),
            Verdict::Linearizable,
            "seed {seed}"
        );
        // And where some answers did not come back.
        for record in history.iter_mut().step_by(40) {
            if !matches!(record.op.call, Call::Check { .. }) {
                record.op.answer = Answer::Unknown;
            }
        }
        assert_eq!(
            judge(&history, PATIENCE),
            Verdict::Linearizable,
            "seed {seed}, open"
        );
    }
}

#[test]
fn one_check_turned_round_is_seen_where_nothing_overlaps_it() {
    for (place, seed) in (0..20).enumerate() {
        let mut history = history(seed, 40, 40);
        let checks = history
            .iter_mut()
            .filter(|r| matches!(r.op.call, Call::Check { .. }));
        let check = checks.into_iter().nth(place).unwrap();
        check.op.answer = match check.op.answer {
            Answer::Yes => Answer::No,
            _ => Answer::Yes,
        };
        assert_eq!(
            judge(&history, PATIENCE),
            Verdict::Rejected { user: 1 },
            "seed {seed}"
        );
    }
}
