package casefile

import "varn/internal/kit/code"

// Terms are the keys of every label of the life-cycle's codes.
func Terms() []string {
	var out []string
	for _, group := range [][]string{
		code.Terms("lifecycle.state", States()), code.Terms("lifecycle.outcome", Outcomes()),
		code.Terms("lifecycle.status", Statuses()), code.Terms("lifecycle.deadline", DeadlineKinds()),
		code.Terms("lifecycle.reported-to", Recipients()), code.Terms("lifecycle.why-not", WhyNots()),
		code.Terms("lifecycle.system", Systems()), {Open.Term()},
		code.Terms("evidence.kind", EvidenceKinds()), code.Terms("evidence.act", Acts()), code.Terms("police.outcome", PoliceOutcomes()),
	} {
		out = append(out, group...)
	}
	return out
}
