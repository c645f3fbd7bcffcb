package extract

// Read gives what is in a content. It never fails: what could not be read is said in Unread.
func Read(s Subject, content []byte) Document {
	return Failed(FormatUnknown, WhyUnknown)
}
