package assessment

import (
	"slices"

	"varn/internal/kit/code"
)

// Terms are the keys of every label of the assessment's codes.
func Terms() []string {
	return slices.Concat(code.Terms("assess.level", Levels()), code.Terms("assess.depth", Depths()), code.Terms("assess.grade", Grades()),
		code.Terms("assess.aspect", Aspects()), code.Terms("assess.heading", Headings()), code.Terms("assess.group", Groups()),
		code.Terms("assess.presence", Presences()), code.Terms("assess.change", Changes()), code.Terms("assess.relevance", Relevances()),
		code.Terms("assess.part", Parts()), code.Terms("assess.severity", Grades()), code.Terms("assess.imminence", Grades()),
		code.Terms("assess.likelihood", Grades()))
}
