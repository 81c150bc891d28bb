use super::*;

#[test]
fn a_request_is_counted_by_its_route_and_class() {
    let metrics = Metrics::default();
    metrics.answered("/healthz", 200, Begun::now());
    metrics.answered("/healthz", 503, Begun::now());
    metrics.answered("/no/such/route", 404, Begun::now());
    metrics.answered("", 0, Begun::now());
    let health = &metrics.routes["/healthz"];
    assert_eq!(health.durations.read().count(), 2);
    let classes: Vec<u64> = health.classes.iter().map(Counter::read).collect();
    assert_eq!(classes, [0, 1, 0, 0, 1]);
    assert_eq!(metrics.unmatched.durations.read().count(), 2);
}

#[test]
fn only_what_the_server_could_not_answer_is_a_failure() {
    let checks = Checks::default();
    checks.count(&Ok(true));
    checks.count(&Ok(false));
    checks.count(&Err(Refusal::Unavailable.into()));
    checks.count(&Err(Refusal::WrongPassword.into()));
    for counter in [
        &checks.active,
        &checks.inactive,
        &checks.failed,
        &checks.refused,
    ] {
        assert_eq!(counter.read(), 1, "{checks:?}");
    }
}
