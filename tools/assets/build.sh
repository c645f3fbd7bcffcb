#!/bin/sh
# Makes the committed third-party files again: the design system's components that the pages
# use, its theme, the font, and the accessibility checker of the tests. Needs Node 20 and npm;
# the program's own build needs neither.
#
#   sh tools/assets/build.sh
set -eu

here=$(cd "$(dirname "$0")" && pwd)
static=$here/../../internal/transport/web/static
testdata=$here/../../internal/transport/web/browser/testdata
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cp "$here/package.json" "$here/designsystemet.config.json" "$work/"
cd "$work"
npm install --silent --no-audit --no-fund

cli=node_modules/@digdir/designsystemet/dist/bin/designsystemet.js
node "$cli" tokens create --clean >/dev/null
node "$cli" tokens build >/dev/null

css=node_modules/@digdir/designsystemet-css/dist/src
{
	echo '@layer ds.theme, ds.base, ds.components, organisation, app;'
	# Secondary typography is a second font, which no page has.
	awk '/^@layer ds.theme.typography.secondary/{skip=1} /^@layer/&&!/typography.secondary/{skip=0} !skip' \
		design-tokens-build/varn.css | grep -v '^@charset'
	# The parts carry no layer of their own; these are the ones that the whole system gives them.
	for part in base heading label paragraph validation-message; do
		echo '@layer ds.base{'; cat "$css/$part.css"; echo '}'
	done
	for part in link data-size-workaround button alert badge breadcrumbs card details dialog divider \
		error-summary field fieldset input list pagination skip-link table tag; do
		echo '@layer ds.components{'; cat "$css/$part.css"; echo '}'
	done
} >"$work/ds.css"
# Indentation and the theme's doubled blank lines cost a fifth of the file.
sed -e 's/^[ \t]*//' "$work/ds.css" | grep -v '^$' >"$static/ds.css"

cp node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2 "$static/inter-latin.woff2"
cp node_modules/@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2 "$static/inter-latin-ext.woff2"

mkdir -p "$static/licences" "$testdata"
cp node_modules/@digdir/designsystemet-css/LICENSE "$static/licences/designsystemet.txt"
cp node_modules/@fontsource-variable/inter/LICENSE "$static/licences/inter.txt"
cp node_modules/axe-core/axe.min.js "$testdata/axe.min.js"
cp node_modules/axe-core/LICENSE "$testdata/axe-LICENSE.txt"
cp node_modules/axe-core/LICENSE-3RD-PARTY.txt "$testdata/axe-LICENSE-3RD-PARTY.txt"
