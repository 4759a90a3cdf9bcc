# SPDX-License-Identifier: MIT
# layers.awk layers.tab FILE...: prints every include that the table does not allow. Quoted names
# are relative to lib/ (the library) or cmd/ (the command): their folder is the room they are in,
# and "." in the table is the top of cmd/.

function folder(path) {
	return path ~ /\// ? substr(path, 1, match(path, /\/[^\/]*$/) - 1) : ""
}

NR == FNR {
	if ($0 !~ /^#/ && NF) {
		allowed[$1] = " "
		for (i = 2; i <= NF; i++)
			allowed[$1] = allowed[$1] $i " "
	}
	next
}

FNR == 1 {
	room = folder(FILENAME)
	top = room ~ /^lib/ ? "lib" : "cmd"
	self = room == top ? "" : substr(room, length(top) + 2)
}

/^[ \t]*#[ \t]*include[ \t]*"/ {
	split($0, part, "\"")
	to = folder(part[2])
	if (part[2] == "memlens.h" || to == self)
		next
	if (room in allowed && index(allowed[room], " " (to == "" ? "." : to) " "))
		next
	printf "%s:%d: %s may not include \"%s\"\n", FILENAME, FNR, room, part[2]
}
