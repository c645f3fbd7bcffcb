#!/usr/bin/env bash
# Makes the golden documents anew with real programs: LibreOffice, Chromium, qpdf, poppler, exiftool and libheif (Debian's
# libreoffice-writer-nogui, libreoffice-calc-nogui, libreoffice-impress-nogui, chromium, qpdf, poppler-utils,
# libimage-exiftool-perl, libheif-examples, webp). The tests need only what it has made. Everybody in them is made up.
set -euo pipefail
cd "$(dirname "$0")"
out=$PWD/golden
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
office() { soffice -env:UserInstallation="file://$work/profile" --headless --convert-to "$1" --outdir "$work" "$2" >/dev/null 2>&1; }

# A text with a comment, changes that are tracked, words that are hidden, a header, a footer, a note and a table.
cat > brev.fodt <<'XML'
<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text">
<office:meta><meta:initial-creator>Vera Påhittad</meta:initial-creator><dc:creator>Nils Påhittad</dc:creator><dc:title>Beslut om stöd</dc:title><meta:user-defined meta:name="Company">Exempelstads kommun</meta:user-defined></office:meta>
<office:automatic-styles>
<style:style style:name="T1" style:family="text"><style:text-properties text:display="none"/></style:style>
<style:style style:name="T2" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>
<style:page-layout style:name="pm1"><style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm" fo:margin="2cm"/><style:header-style><style:header-footer-properties fo:min-height="0.5cm"/></style:header-style><style:footer-style><style:header-footer-properties fo:min-height="0.5cm"/></style:footer-style></style:page-layout>
</office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="pm1"><style:header><text:p>Handläggare Vera Påhittad, 070-1740612</text:p></style:header><style:footer><text:p>vera.pahittad@example.se</text:p></style:footer></style:master-page></office:master-styles>
<office:body><office:text>
<text:tracked-changes>
<text:changed-region text:id="ct1"><text:deletion><office:change-info><dc:creator>Nils Påhittad</dc:creator><dc:date>2026-03-02T10:00:00</dc:date></office:change-info><text:p> Borttagna Storgatan 99</text:p></text:deletion></text:changed-region>
<text:changed-region text:id="ct2"><text:insertion><office:change-info><dc:creator>Nils Påhittad</dc:creator><dc:date>2026-03-02T10:00:00</dc:date></office:change-info></text:insertion></text:changed-region>
</text:tracked-changes>
<text:h text:outline-level="1">Beslut om stöd</text:h>
<text:p>Sökande: Åsa Påhittad, personnummer <text:span text:style-name="T2">8112</text:span>28-<text:span text:style-name="T2">98</text:span>74.<office:annotation><dc:creator>Vera Påhittad</dc:creator><dc:date>2026-03-01T09:00:00</dc:date><text:p>Ring Åsa på 070-1740605 före mötet.</text:p></office:annotation></text:p>
<text:p>Adress: Påhittsvägen 7<text:change text:change-id="ct1"/>, <text:change-start text:change-id="ct2"/>tillagda 123 45 Exempelstad<text:change-end text:change-id="ct2"/>.</text:p>
<text:p>Synligt.<text:span text:style-name="T1">Dolt kontonummer 1234-5678901.</text:span> <text:a xlink:href="mailto:asa.pahittad@example.se">Skriv till Åsa</text:a></text:p>
<text:p>Se noten<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body><text:p>Fotnot om Björn Påhittad.</text:p></text:note-body></text:note>.</text:p>
<table:table table:name="Tabell1"><table:table-column table:number-columns-repeated="2"/><table:table-row><table:table-cell><text:p>Namn</text:p></table:table-cell><table:table-cell><text:p>Telefon</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell><text:p>Örjan Påhittad</text:p></table:table-cell><table:table-cell><text:p>070-1740606</text:p></table:table-cell></table:table-row></table:table>
</office:text></office:body></office:document>
XML
# A workbook with a hidden row, a hidden column, a hidden sheet, a comment and numbers as numbers.
cat > lista.fods <<'XML'
<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.spreadsheet">
<office:meta><meta:initial-creator>Vera Påhittad</meta:initial-creator><dc:creator>Vera Påhittad</dc:creator></office:meta>
<office:automatic-styles><style:style style:name="ta1" style:family="table"><style:table-properties table:display="true"/></style:style><style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style></office:automatic-styles>
<office:body><office:spreadsheet>
<table:table table:name="Deltagare" table:style-name="ta1"><table:table-column/><table:table-column/><table:table-column table:visibility="collapse"/><table:table-column/>
<table:table-row><table:table-cell office:value-type="string"><text:p>Namn</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>Personnummer</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>Dold spalt</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>Anm.</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell office:value-type="string"><office:annotation><dc:creator>Vera Påhittad</dc:creator><text:p>Skyddade uppgifter, ring 070-1740607</text:p></office:annotation><text:p>Åsa Påhittad</text:p></table:table-cell><table:table-cell office:value-type="float" office:value="198112289874"><text:p>198112289874</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>Påhittsvägen 7</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>klar</text:p></table:table-cell></table:table-row>
<table:table-row table:visibility="collapse"><table:table-cell office:value-type="string"><text:p>Dold rad Örjan</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>811228-9874</text:p></table:table-cell></table:table-row>
</table:table>
<table:table table:name="Gömt" table:style-name="ta2"><table:table-column/><table:table-row><table:table-cell office:value-type="string"><text:p>Dolt blad 070-1740608</text:p></table:table-cell></table:table-row></table:table>
</office:spreadsheet></office:body></office:document>
XML
# Slides, one of them hidden, with notes.
cat > bilder.fodp <<'XML'
<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" xmlns:presentation="urn:oasis:names:tc:opendocument:xmlns:presentation:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.presentation">
<office:meta><meta:initial-creator>Vera Påhittad</meta:initial-creator></office:meta>
<office:automatic-styles><style:page-layout style:name="PM1"><style:page-layout-properties fo:page-width="28cm" fo:page-height="21cm"/></style:page-layout><style:style style:name="dp1" style:family="drawing-page"><style:drawing-page-properties presentation:visibility="visible"/></style:style><style:style style:name="dp2" style:family="drawing-page"><style:drawing-page-properties presentation:visibility="hidden"/></style:style></office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="PM1"/></office:master-styles>
<office:body><office:presentation>
<draw:page draw:name="page1" draw:style-name="dp1" draw:master-page-name="Standard"><draw:frame svg:width="20cm" svg:height="3cm" svg:x="2cm" svg:y="2cm"><draw:text-box><text:p>Möte med Åsa Påhittad</text:p><text:p>Tel 070-<text:span>17406</text:span>09</text:p></draw:text-box></draw:frame><presentation:notes><draw:frame presentation:class="notes" svg:width="16cm" svg:height="10cm" svg:x="2cm" svg:y="12cm"><draw:text-box><text:p>Anteckning: Åsa bor på Påhittsvägen 7</text:p></draw:text-box></draw:frame></presentation:notes></draw:page>
<draw:page draw:name="page2" draw:style-name="dp2" draw:master-page-name="Standard"><draw:frame svg:width="20cm" svg:height="3cm" svg:x="2cm" svg:y="2cm"><draw:text-box><text:p>Dold bild om Örjan Påhittad</text:p></draw:text-box></draw:frame></draw:page>
</office:presentation></office:body></office:document>
XML
for f in odt docx pdf doc; do office $f brev.fodt; done
for f in ods xlsx; do office $f lista.fods; done
for f in odp pptx; do office $f bilder.fodp; done

# A page with words under a black box, in white, in attributes and in comments; Chromium prints it.
cat > sida.html <<'HTML'
<!DOCTYPE html><html lang="sv"><head><meta charset="utf-8"><title>Protokoll 2026-03-02</title><meta name="author" content="Vera Påhittad"></head>
<body><h1>Protokoll</h1><p>Närvarande: Åsa Påhittad (8112<b>28</b>-9874), <a href="mailto:asa.pahittad@example.se">e-post</a>.</p>
<p style="position:relative">Maskerat: <span>Storgatan 99</span><span style="position:absolute;left:0;top:0;width:400px;height:1.3em;background:#000"></span></p>
<p>Sista raden 070-1740611.</p></body></html>
HTML
chromium --headless --no-sandbox --disable-gpu --no-pdf-header-footer --user-data-dir="$work/chrome" --print-to-pdf=protokoll.pdf "file://$work/sida.html" >/dev/null 2>&1
qpdf --encrypt "" agare 256 -- protokoll.pdf last.pdf
qpdf --encrypt lozen agare 256 -- protokoll.pdf lozen.pdf
echo "Bilaga: Örjan Påhittad, 070-1740613" > bilaga.txt
qpdf protokoll.pdf --add-attachment bilaga.txt -- bilaga.pdf
pdftoppm -r 130 -gray -jpeg -jpegopt quality=35 brev.pdf sida
printf '<!DOCTYPE html><style>@page{margin:0}body{margin:0}img{display:block;width:100vw;height:98vh}</style><img src="%s">' "$(ls sida-*.jpg | head -1)" > skanning.html
chromium --headless --no-sandbox --disable-gpu --no-pdf-header-footer --allow-file-access-from-files --user-data-dir="$work/chrome" --print-to-pdf=skanning.pdf "file://$work/skanning.html" >/dev/null 2>&1
cp protokoll.pdf andrad.pdf
exiftool -q -overwrite_original -PDF:Title="Rensat" andrad.pdf # what it was called stays in the file

# Photographs with where, whose, with what, and a small picture of what was there before.
chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=160,120 --user-data-dir="$work/chrome" --screenshot=foto.png "data:text/html,<body style='background:linear-gradient(red,blue)'>" >/dev/null 2>&1
cwebp -quiet foto.png -o foto.webp
printf '<!DOCTYPE html><body style="margin:0"><img src="foto.png">' > foto.html
chromium --headless --no-sandbox --disable-gpu --allow-file-access-from-files --no-pdf-header-footer --user-data-dir="$work/chrome" --print-to-pdf=foto.pdf "file://$work/foto.html" >/dev/null 2>&1
pdftoppm -r 40 -jpeg -singlefile foto.pdf foto
pdftoppm -r 10 -jpeg -singlefile foto.pdf liten
heif-enc -q 30 foto.png -o foto.heic >/dev/null
for f in foto.jpg foto.png foto.webp foto.heic; do
  exiftool -q -overwrite_original -GPSLatitude=59.3293 -GPSLatitudeRef=N -GPSLongitude=18.0686 -GPSLongitudeRef=E -Artist="Åsa Påhittad" -Make=Kamera -Model="Modell 1" -EXIF:SerialNumber=SN-4711 -OwnerName="Åsa Påhittad" -DateTimeOriginal="2026:03:02 10:00:00" -XMP:City=Exempelstad -XMP:Creator="Åsa Påhittad" $f
done
exiftool -q -overwrite_original -IPTC:By-line="Åsa Påhittad" -IPTC:City=Exempelstad "-ThumbnailImage<=liten.jpg" -Comment="Hemma hos Åsa" foto.jpg

# A film of no pictures, with a place as phones write it.
python3 - <<'PY'
import struct
def box(n, b): return struct.pack(">I4s", 8 + len(b), n) + b
mvhd = box(b"mvhd", struct.pack(">IIIII", 0, 0, 0, 1000, 1000) + struct.pack(">IH", 0x10000, 0x100) + b"\0" * 10 + struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000) + b"\0" * 24 + struct.pack(">I", 2))
open("film.mp4", "wb").write(box(b"ftyp", b"isom\0\0\2\0isommp41") + box(b"moov", mvhd) + box(b"mdat", b"\0" * 16))
open("film.mov", "wb").write(box(b"ftyp", b"qt  \0\0\2\0qt  ") + box(b"moov", mvhd) + box(b"mdat", b"\0" * 16))
PY
exiftool -q -overwrite_original -UserData:GPSCoordinates="59.3293, 18.0686, 12" -ItemList:Artist="Åsa Påhittad" film.mp4
exiftool -q -overwrite_original -Keys:GPSCoordinates="59.3293, 18.0686, 12" -Keys:Author="Åsa Påhittad" -Keys:Make=Kamera film.mov

cp brev.odt brev.docx brev.doc lista.ods lista.xlsx bilder.odp bilder.pptx sida.html protokoll.pdf last.pdf lozen.pdf bilaga.pdf skanning.pdf andrad.pdf foto.jpg foto.png foto.webp foto.heic film.mp4 film.mov "$out/"
cp brev.pdf "$out/brev.pdf"
cat > mejl.eml <<'EML'
From: =?utf-8?q?=C3=85sa_P=C3=A5hittad?= <asa.pahittad@example.se>
To: Vera <vera.pahittad@example.se>
Subject: =?iso-8859-1?q?Skyddade_uppgifter_f=F6r_=D6rjan?=
Date: Mon, 2 Mar 2026 10:00:00 +0100
X-Mailer: Påhitt 1.0
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="g"

--g
Content-Type: multipart/alternative; boundary="h"

--h
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Hej! =C5sa bor p=E5 P=E5hittsv=E4gen 7.
--h
Content-Type: text/html; charset=utf-8

<p>Hej! <span style="display:none">811228-9874</span>&Aring;sa</p>
--h--
--g
Content-Type: text/plain; name="bilaga.txt"; charset=utf-8
Content-Disposition: attachment; filename="bilaga.txt"
Content-Transfer-Encoding: base64

QmlsYWdhOiAwNzAtMTc0MDYxMAo=
--g--
EML
cp mejl.eml "$out/"
cd "$out" && rm -f allt.zip && zip -q -X allt.zip brev.docx foto.jpg sida.html
ls -l
