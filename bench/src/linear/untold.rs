//! What may happen without a call of its own, and which nobody is told of.

use super::judge::Record;
use super::model::{Answer, Call, Name, Op};
use std::collections::BTreeSet;

/// All of it, of a history.
pub fn untold(history: &[Record]) -> Vec<Record> {
    let mut all = expiries(history);
    all.extend(successors(history));
    all
}

/// A code is good for 60 seconds from an instant after its sign-on was sent; a second less, in
/// nanoseconds, so that no difference between clocks matters.
const CODE: i64 = 59_000_000_000;

/// The codes that nobody is known to have redeemed, and whose time was over in this history.
fn expiries(history: &[Record]) -> Vec<Record> {
    let end = history.iter().map(|record| record.ended).max();
    let redeemed: BTreeSet<Name> = history
        .iter()
        .filter(|record| record.op.answer == Answer::Yes)
        .filter_map(|record| match record.op.call {
            Call::Redeem { grant } => Some(grant),
            _ => None,
        })
        .collect();
    let expiry = |record: &Record| {
        let (Call::FormSignIn { grant, .. } | Call::SilentSignOn { grant, .. }) = record.op.call
        else {
            return None;
        };
        let at = record.began + CODE;
        if record.op.answer == Answer::No || redeemed.contains(&grant) || Some(at) > end {
            return None;
        }
        let op = Op {
            call: Call::CodeExpires { grant },
            answer: Answer::Unknown,
        };
        Some(Record {
            began: at,
            ended: at,
            op,
            ..*record
        })
    };
    history.iter().filter_map(expiry).collect()
}

/// A sign-out means the session that its browser has when it begins. Where the person
/// authenticates in that browser meanwhile, the session goes on, or another one begins, with a
/// cookie that the sign-out does not know; it ends that one too if it comes later, which the
/// instants outside do not tell.
fn successors(history: &[Record]) -> Vec<Record> {
    let mut all = Vec::new();
    for out in history {
        let Call::SignOut { shown: cookie } = out.op.call else {
            continue;
        };
        if out.op.answer == Answer::No {
            continue;
        }
        let is_open = |record: &Record| record.op.answer == Answer::Unknown;
        let meanwhile = history.iter().filter(|form| {
            form.user == out.user
                && (form.ended >= out.began || is_open(form))
                && (form.began <= out.ended || is_open(out))
        });
        all.extend(meanwhile.filter_map(|form| match form.op.call {
            Call::FormSignIn { shown, given, .. } if shown == Some(cookie) => Some(Record {
                began: out.began.max(form.began),
                op: Op {
                    call: Call::EndsSuccessor { given },
                    answer: Answer::Unknown,
                },
                ..*out
            }),
            _ => None,
        }));
    }
    all
}
