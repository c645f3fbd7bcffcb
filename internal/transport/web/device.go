package web

import "strings"

// device names the browser and system that a request comes from, for the person's own list of
// sessions: enough to recognise it, and no more.
func device(r *Request) string {
	agent := r.HTTP.UserAgent()
	browser := firstNamed(agent, "Edg/", "Edge", "OPR/", "Opera", "SamsungBrowser/", "Samsung Internet", "Firefox/", "Firefox",
		"FxiOS/", "Firefox", "CriOS/", "Chrome", "HeadlessChrome/", "Chrome", "Chrome/", "Chrome", "Safari/", "Safari")
	system := firstNamed(agent, "iPhone", "iPhone", "iPad", "iPad", "Android", "Android", "Windows", "Windows",
		"Mac OS X", "Mac", "CrOS", "ChromeOS", "Linux", "Linux")
	switch {
	case browser == "":
		return system
	case system == "":
		return browser
	}
	return browser + ", " + system
}

// firstNamed gives the name of the first mark that the text holds; marks and names alternate.
func firstNamed(text string, marksAndNames ...string) string {
	for i := 0; i+1 < len(marksAndNames); i += 2 {
		if strings.Contains(text, marksAndNames[i]) {
			return marksAndNames[i+1]
		}
	}
	return ""
}
