package web

import (
	"net/http"
	"strings"
)

// headers are the security headers of every answer, composed once.
type headers struct{ all map[string][]string }

func newHeaders(tls bool) headers {
	csp := []string{
		"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:",
		"font-src 'self'", "connect-src 'self'", "media-src 'self' blob:", "manifest-src 'self'",
		"form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
		"require-trusted-types-for 'script'", "trusted-types enhance", "report-uri /csp",
	}
	all := map[string]string{
		"Content-Security-Policy":      strings.Join(csp, "; "),
		"Referrer-Policy":              "no-referrer",
		"X-Content-Type-Options":       "nosniff",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Permissions-Policy": "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), " +
			"microphone=(), midi=(), payment=(), usb=(), publickey-credentials-create=(self), publickey-credentials-get=(self)",
		"Cache-Control": "no-store",
	}
	if tls {
		all["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
	}
	h := headers{all: map[string][]string{}}
	for k, v := range all {
		h.all[http.CanonicalHeaderKey(k)] = []string{v}
	}
	return h
}

// set shares the composed values between answers; nobody appends to them, Set replaces them.
func (h headers) set(to http.Header) {
	for k, v := range h.all {
		to[k] = v
	}
}
