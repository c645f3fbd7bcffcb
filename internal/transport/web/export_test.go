package web

import "varn/internal/transport/web/browser"

// Browser is the one that all tests of the package share; nil with -short.
func Browser() *browser.Chromium { return chromium }
