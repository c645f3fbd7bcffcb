package casefile

// The kinds of item that the work in a case adds.
const (
	AssessItem  ItemKind = "assessment"      // assessment.Assessment; the newest of an id holds
	AssessSaid  ItemKind = "assessment_said" // assessment.Settlement
	AssessRead  ItemKind = "assessment_read" // Line of the id of a first assessment that its author chose to see
	MeasureItem ItemKind = "measure"         // measure.Measure; the newest of an id holds
	MeasureTold ItemKind = "measure_told"    // measure.Shown, to the person concerned
	SupportItem ItemKind = "support"         // measure.Contact; the newest of an id holds
)
