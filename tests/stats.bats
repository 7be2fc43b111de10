# stats - distributions and tests against values computed elsewhere.
load helpers

@test "intervals, tests, adjusted p values and boundaries are right to 1e-9" {
	run "${SALESWATCH_PROBES:-$root/.build/tests}/stats"
	expect 0 ""
}
