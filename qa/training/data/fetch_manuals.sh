#!/bin/sh
# Lay the documents that the questions are about into a folder: fetch_manuals.sh FOLDER
# Needs Debian 13. The documents made up for the questions are copied, the manuals come from packages.
set -eu
folder=$(mkdir -p "${1:?the folder to fill}" && cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cp -r "$here/documents/." "$folder/"
cd "$scratch"
apt-get download -qq beets-doc claws-mail-doc debian-kernel-handbook gammu-doc gnumeric-doc kicad-doc-en \
    mate-user-guide postgresql-doc-17 python-django-doc zim zsh-doc \
    bubblewrap curl imagemagick-7.q16 libc-bin manpages poppler-utils postgresql-client-17 \
    postgresql-client-common texlive-base texlive-binaries
for package in *.deb; do dpkg-deb -x "$package" all; done
share=all/usr/share
gzip -dc $share/doc/claws-mail/manual/en/claws-mail-manual.txt.gz >claws-mail-manual.txt
django=$share/doc/python-django-doc/html
# In the questions, a page in a folder is called "folder-page.html".
(cd "$django" && find . -name '*.html') | sed 's|^\./||' |
    awk '{ name = $0; gsub("/", "-", name); print name "\t" $0 }' >pages
# Where the files of each folder are, and what is a part of their name for what was a folder.
cut -d'"' -f4 "$here/questions.jsonl" | sort -u | while read -r name; do
    file=${name#*/}
    case $name in
        beets/*) from=$(find $share/doc/beets/html -not -path '*/dev/*' -name "$file" | head -1) ;;
        claws/*) from=claws-mail-manual.txt ;;
        django/*) from=$django/$(awk -F'\t' -v name="$file" '$1 == name { print $2; exit }' pages) ;;
        gammu/*) from=$(find $share/doc/gammu/html/smsd $share/doc/gammu/html -name "$file" | head -1) ;;
        gnumeric/*) from=$share/help/C/gnumeric/$file ;;
        kernel/*) from=$share/doc/debian-kernel-handbook/kernel-handbook.html/$file ;;
        kicad/*) from=$share/doc/kicad/help/en/$file ;;
        man/*) from=$(find all/usr/share -path '*/man/man[0-9]/*' \( -name "$file" \
            -o -name "${file%.1.gz}-im7.q16.1.gz" \) | head -1) ;;
        mate/*) from=$share/help/C/mate-user-guide/$file ;;
        postgres/*) from=$share/doc/postgresql-doc-17/html/$file ;;
        zim/*) from=$share/zim/manual/$file ;;
        zsh/*) from=$(find -L $share/doc -path '*zsh*' -name "$file" | head -1) ;;
        *) continue ;;
    esac
    if [ -f "$from" ]; then
        mkdir -p "$(dirname "$folder/$name")"
        cp -L "$from" "$folder/$name"
    else
        echo "$name is in none of the packages" >&2
    fi
done
