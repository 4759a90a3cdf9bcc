# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154,SC2034 # first and second are given by run, which reads the rest
# lib: the words that fixtures of rules are written in. A fixture is a machine of tests/sysroots
# with a few things changed; it is sourced in a fresh pair of folders, $first and $second, which
# begin as equal copies, 60 seconds apart.

between=60 # seconds

# machine NAME: begin with another machine than 6.1-amd64. Must come first.
machine() {
	rm -rf "$first" "$second"
	cp -r "tests/sysroots/$1" "$first"
	rm -rf "$first/second-sample"
	cp -r "$first" "$second"
	advance "$between"
}

# The clock of the second sample.
advance() { # SECONDS
	local up idle
	between=$1
	read -r up idle <"$first/proc/uptime"
	awk -v up="$up" -v idle="$idle" -v s="$1" 'BEGIN { printf "%.2f %.2f\n", up + s, idle + s }' \
		>"$second/proc/uptime"
	[ ! -e "$second/MANIFEST" ] || awk -v s="$1" '
		$1 == "monotonic_ns" { $2 = sprintf("%.0f", $2 + s * 1e9) } { print }' \
		"$first/MANIFEST" >"$second/MANIFEST"
}
# moments N SECONDS FUNCTION: N samples in all, so far apart; FUNCTION K FOLDER changes each.
# What comes before it is in all of them; the third and later ones have but a few files of the
# machine, and process 201. Must come last.
moments() {
	local k base=$first.base folder up idle
	seconds "$2"
	mkdir -p "$base/proc"
	(cd "$second" && cp MANIFEST "$base" && cp -r proc/{meminfo,vmstat,stat,slabinfo,uptime,201} "$base/proc")
	read -r up idle <"$first/proc/uptime"
	for ((k = 1; k <= $1; k++)); do
		case $k in
		1) folder=$first ;;
		2) folder=$second ;;
		*) folder=$first/sample-$k && cp -r "$base" "$folder" ;;
		esac
		awk -v up="$up" -v idle="$idle" -v s="$((($2) * (k - 1)))" \
			'BEGIN { printf "%.2f %.2f\n", up + s, idle + s }' >"$first.uptime"
		mv "$first.uptime" "$folder/proc/uptime"
		"$3" "$k" "$folder"
	done
	rm -rf "$base"
}

seconds() { advance "$1"; } # SECONDS: the samples are so far apart

# In both samples, or in the second one alone.
put() { # PATH; the text comes on standard input
	put_at "$first" "$1"
	make_way "$second/$1" && cp "$first/$1" "$second/$1"
}
put2() { put_at "$second" "$1"; }
put_at() { # FOLDER PATH
	make_way "$1/$2" && cat >"$1/$2"
}
make_way() { # FILE
	[ -d "${1%/*}" ] || mkdir -p "${1%/*}"
	if [ -e "$1" ] || [ -L "$1" ]; then
		rm -f "$1"
	fi
}
drop() { rm -rf "${first:?}/$1" "${second:?}/$1"; } # PATH
edit() { edit_at "$first" "$@" && edit_at "$second" "$@"; } # PATH SED-EXPRESSION
edit2() { edit_at "$second" "$@"; }
edit_at() { # FOLDER PATH EXPRESSION
	sed -i -E "$3" "$1/$2"
}

# set_key FOLDER FILE KEY TEXT: the line that begins with KEY is now KEY TEXT; added if missing.
# By the shell alone: some fixtures have a hundred of them.
set_key() {
	local lines=() i found=
	mapfile -t lines <"$1/$2" || return
	for i in "${!lines[@]}"; do
		case ${lines[i]} in
		"$3" | "$3"[[:blank:]]*) lines[i]="$3 $4" found=1 ;;
		esac
	done
	[ "$found" ] || lines+=("$3 $4")
	printf '%s\n' "${lines[@]}" >"$1/$2"
}
get_key() {
	local key value
	while read -r key value _; do
		[ "$key" != "$3" ] || { echo "$value" && break; }
	done <"$1/$2"
}
# What has grown by RATE a second between the samples.
grown() { # NOW RATE
	if [[ $1 =~ ^[0-9]{1,15}$ && $2 =~ ^[1-9]?[0-9]{1,12}$ && $between =~ ^[0-9]+$ ]]; then
		echo $(($1 + $2 * between))
	else
		awk -v n="$1" -v r="$2" -v s="$between" 'BEGIN { printf "%.0f", n + r * s }'
	fi
}

meminfo() { set_key "$first" proc/meminfo "$1:" "$2 kB" && meminfo2 "$@"; } # KEY KIB
meminfo2() { set_key "$second" proc/meminfo "$1:" "$2 kB"; }
meminfo_count() { # KEY N: HugePages_*
	set_key "$first" proc/meminfo "$1:" "$2" && set_key "$second" proc/meminfo "$1:" "$2"
}
vmstat() { set_key "$first" proc/vmstat "$1" "$2" && set_key "$second" proc/vmstat "$1" "$2"; } # KEY N
vmstat_rate() { # KEY PER_SECOND: grows so much between the samples
	local now
	now=$(get_key "$first" proc/vmstat "$1")
	set_key "$first" proc/vmstat "$1" "${now:-0}"
	set_key "$second" proc/vmstat "$1" "$(grown "${now:-0}" "$2")"
}

# stall FILE KIND SHARE: of the time between the samples, in proc/pressure/memory or any *.pressure
stall() {
	awk -v kind="$2" -v us="$(awk -v p="$3" -v s="$between" 'BEGIN { printf "%.0f", p * s * 1e6 }')" '
		$1 == kind { split($5, t, "="); $5 = "total=" sprintf("%.0f", t[2] + us) } { print }' \
		"$first/$1" >"$second/$1"
}

# status PID KEY KIB: a size in both samples
status() {
	set_key "$first" "proc/$1/status" "$2:" "$3 kB" && set_key "$second" "proc/$1/status" "$2:" "$3 kB"
}

# ---- what is expected ----

expected=() # "SEVERITY ABOUT-ERE" of the rule itself
outcome=ok

finds() { expected+=("$1 ${2:-.*}"); } # SEVERITY [ERE]
absent() { outcome=absent; }           # the machine has no such thing
skips() { outcome=skipped; }           # the rule cannot judge it
well() { outcome=well; }               # no rule at all warns

# ---- hosts, zones and nodes ----

sysctl() { put "proc/sys/vm/$1" <<<"$2"; } # NAME VALUE

# zone NODE NAME FIELD PAGES: of proc/zoneinfo, as in "free", "min", "managed"
zone() { zone1 "$@" && zone2 "$@"; }
zone1() { zone_at "$first" "$@"; }
zone2() { zone_at "$second" "$@"; }
zone_at() { # FOLDER NODE NAME FIELD PAGES
	awk -v node="$2," -v name="$3" -v field="$4" -v pages="$5" '
		$1 == "Node" { here = $2 == node && $4 == name }
		here && $1 == field && NF == 2 || here && $1 == "pages" && $2 == field {
			sub(/[0-9]+$/, pages) } { print }' \
		"$1/proc/zoneinfo" >"$1/zoneinfo.new" && mv "$1/zoneinfo.new" "$1/proc/zoneinfo"
}

# node N CPUS TOTAL FREE FILE: KiB; a machine without nodes gets them
node() {
	put "sys/devices/system/node/node$1/cpulist" <<<"$2"
	put "sys/devices/system/node/node$1/meminfo" <<-END
		Node $1 MemTotal:       $3 kB
		Node $1 MemFree:        $4 kB
		Node $1 Active(file):   $5 kB
		Node $1 Inactive(file): 0 kB
	END
}
two_nodes() { # FREE FREE: of 1 GiB each, in KiB
	drop sys/devices/system/node
	node 0 0-3 1048576 "$1" 0
	node 1 4-7 1048576 "$2" 0
}

# ---- kernel and shared memory ----

# slab CACHE ACTIVE OBJECTS OBJECT-BYTES OBJECTS-PER-SLAB PAGES-PER-SLAB: in both samples
slab() { slab_at "$first" "$@" && slab_at "$second" "$@"; }
slab_at() { # FOLDER and the same
	local slabs=$((($4 + $6 - 1) / $6))
	sed -i "/^$2 /d" "$1/proc/slabinfo"
	echo "$2 $3 $4 $5 $6 $7 : tunables 0 0 0 : slabdata $slabs $slabs 0" >>"$1/proc/slabinfo"
}
# shared LINE...: of shm.txt, which begins anew with one healthy /dev/shm
shared() {
	{
		echo 'shm 1 90 0 1'
		echo 'mount 0:23 tmpfs 4026531841 1 1 534171648 1048576 130413 9 8 1048576 0 /dev/shm'
		[ $# = 0 ] || printf '%s\n' "$@"
	} | put shm.txt
}
# segment ID NATTCH RSS SWAP: of /proc/sysvipc/shm, in both samples, in place of all others
segment() { segment_at "$first" "$@" && segment_at "$second" "$@"; }
segment_at() {
	{
		head -n 1 "$1/proc/sysvipc/shm"
		echo "7 $2 600 $(($4 + $5)) 166 166 $3 0 0 0 0 0 0 0 $4 $5"
	} | put_at "$1" proc/sysvipc/shm.new
	mv "$1/proc/sysvipc/shm.new" "$1/proc/sysvipc/shm"
}
# areas: lines of /proc/vmallocinfo on standard input, added to both samples
areas() {
	tee -a "$second/proc/vmallocinfo" >>"$first/proc/vmallocinfo"
}

# ---- control groups ----

# group PATH [FILE TEXT]...: a group of version 2, with these files in both samples.
group() {
	local path=sys/fs/cgroup$1
	shift
	mkdir -p "$first/$path" "$second/$path"
	while [ $# -gt 0 ]; do
		put "$path/$1" <<<"$2"
		shift 2
	done
}
# group_key PATH FILE KEY N, and growing so much a second between the samples.
group_key() {
	local file=sys/fs/cgroup$1/$2
	: >>"$first/$file" && : >>"$second/$file"
	set_key "$first" "$file" "$3" "$4"
	set_key "$second" "$file" "$3" "$4"
}
group_rate() { # PATH FILE KEY PER_SECOND
	local file=sys/fs/cgroup$1/$2 now
	: >>"$first/$file" && : >>"$second/$file"
	now=$(get_key "$first" "$file" "$3")
	set_key "$first" "$file" "$3" "${now:-0}"
	set_key "$second" "$file" "$3" "$(grown "${now:-0}" "$4")"
}
group_stall() { # PATH KIND SHARE
	local file=sys/fs/cgroup$1/memory.pressure
	[ -e "$first/$file" ] || put "$file" <<<'some avg10=0.00 avg60=0.00 avg300=0.00 total=0
full avg10=0.00 avg60=0.00 avg300=0.00 total=0'
	awk -v kind="$2" -v us="$(awk -v p="$3" -v s="$between" 'BEGIN { printf "%.0f", p * s * 1e6 }')" '
		$1 == kind { split($5, t, "="); $5 = "total=" sprintf("%.0f", t[2] + us) } { print }' \
		"$second/$file" >"$second/$file.new" && mv "$second/$file.new" "$second/$file"
}
# group_sizes PATH USAGE ANON FILE: bytes; the files are half active.
group_sizes() {
	group "$1" memory.current "$2"
	group_key "$1" memory.stat anon "$3"
	group_key "$1" memory.stat file "$4"
	group_key "$1" memory.stat shmem 0
	group_key "$1" memory.stat inactive_anon "$3"
	group_key "$1" memory.stat active_anon 0
	group_key "$1" memory.stat inactive_file $(($4 / 2))
	group_key "$1" memory.stat active_file $(($4 / 2))
}

# groups_v1: the memory controller is of version 1, at the usual place; group1 and the words
# above with /memory/PATH make its groups.
groups_v1() {
	edit proc/self/mountinfo 's|(.*) /sys/fs/cgroup (.*) - cgroup2 cg rw$|\1 /sys/fs/cgroup/memory \2 - cgroup cg rw,memory|'
	put proc/self/cgroup <<<'4:memory:/'
	group /memory memory.usage_in_bytes 500000000 memory.limit_in_bytes 9223372036854771712 \
		memory.use_hierarchy 1
}
group1() { # PATH USAGE LIMIT RSS CACHE
	group "/memory$1" memory.usage_in_bytes "$2" memory.limit_in_bytes "$3" memory.failcnt 0 \
		memory.memsw.usage_in_bytes "$2" memory.memsw.limit_in_bytes 9223372036854771712
	group_key "/memory$1" memory.stat total_rss "$4"
	group_key "/memory$1" memory.stat total_cache "$5"
	group_key "/memory$1" memory.stat total_shmem 0
	group_key "/memory$1" memory.stat total_inactive_file $(($5 / 2))
	group_key "/memory$1" memory.stat total_active_file $(($5 / 2))
	group_key "/memory$1" memory.stat total_swap 0
	group_key "/memory$1" memory.oom_control oom_kill_disable 0
	group_key "/memory$1" memory.oom_control under_oom 0
	group_key "/memory$1" memory.oom_control oom_kill 0
}

no_swap() { # of the machine
	meminfo SwapTotal 0
	meminfo SwapFree 0
	put proc/swaps <<<'Filename				Type		Size		Used		Priority'
}
MIB=$((1 << 20))

# ---- processes ----

# process PID PARENT NAME: one more, like 201, which is the largest; NAME without blanks.
process() {
	local at
	for at in "$first" "$second"; do
		cp -r "$at/proc/201" "$at/proc/$1"
		sed -i -E "s/^201 \(wl-frag\) (.) [0-9]+/$1 ($3) \1 $2/" "$at/proc/$1/stat"
		sed -i -E "s/^Name:.*/Name:\t$3/; s/^(Tgid|Pid):.*/\1:\t$1/; s/^PPid:.*/PPid:\t$2/" \
			"$at/proc/$1/status"
	done
}
stat_field() { stat_field_at "$first" "$@" && stat_field2 "$@"; } # PID N TEXT: as proc(5) counts them
stat_field2() { stat_field_at "$second" "$@"; }
stat_field_at() { # FOLDER PID N TEXT
	awk -v n="$3" -v text="$4" '{
		tail = $0; sub(/.*\) /, "", tail); head = substr($0, 1, length($0) - length(tail))
		count = split(tail, field, " "); field[n - 2] = text
		for (i = 1; i <= count; i++) head = head field[i] (i < count ? " " : "\n")
		printf "%s", head }' "$1/proc/$2/stat" >"$1/proc/$2/stat.new" && mv "$1/proc/$2/stat.new" "$1/proc/$2/stat"
}
user() { # PID UID
	edit "proc/$1/status" "s/^Uid:.*/Uid:\t$2\t$2\t$2\t$2/"
}
limit() { # PID NAME SOFT: a line of limits
	[ -e "$first/proc/$1/limits" ] || put "proc/$1/limits" <<<'Limit                     Soft Limit           Hard Limit           Units     '
	printf '%-25s %-20s %-20s bytes\n' "$2" "$3" unlimited | tee -a "$first/proc/$1/limits" >>"$second/proc/$1/limits"
}
# Every process has a few mappings, and may have so many.
max_map_count() { # N
	local file
	put proc/sys/vm/max_map_count <<<"$1"
	for file in "$first"/proc/[0-9]*; do
		put "${file#"$first/"}/maps" <<<'500000000000-500000001000 rw-p 00000000 00:00 0 '
	done
}
maps() { # PID N: so many mappings of a page
	seq "$2" | awk '{ printf "%x-%x rw-p 00000000 00:00 0 \n", 0x500000000000 + $1 * 8192, 0x500000000000 + $1 * 8192 + 4096 }' |
		put "proc/$1/maps"
	stat_field "$1" 23 $(($2 * 4096))
}

# ---- huge pages and fragmentation ----

up() { # SECONDS: the machine runs so long
	echo "$1.00 $1.00" >"$first/proc/uptime" && advance "$between"
}
pool() { # SIZE-KIB NAME=PAGES...: of both samples
	local size=$1 word
	for word in "${@:2}"; do
		put "sys/kernel/mm/hugepages/hugepages-${size}kB/${word%%=*}" <<<"${word#*=}"
	done
}
ksm() { # NAME=VALUE...
	local word
	for word in "$@"; do
		put "sys/kernel/mm/ksm/${word%%=*}" <<<"${word#*=}"
	done
}
thp() { # NAME=TEXT...: the settings
	local word
	for word in "$@"; do
		put "sys/kernel/mm/transparent_hugepage/${word%%=*}" <<<"${word#*=}"
	done
}
server() { # PID COMM RSS-KIB THP-ENABLED: a process
	put "proc/$1/stat" <<<"$1 ($2) S 1 $1 $1 0 -1 4194368 0 0 0 0 0 1 0 0 20 0 1 0 903 9658368 1045 0"
	printf '%s\n' "Name:	$2" "Uid:	0	0	0	0" "VmRSS:	$3 kB" "THP_enabled:	$4" |
		put "proc/$1/status"
}
kernel_thread() { # PID COMM SHARE: takes so much of a CPU between the samples
	local text="$1 ($2) S 2 0 0 0 -1 2129984 0 0 0 0 0"
	local ticks
	ticks=$(awk -v p="$3" -v s="$between" 'BEGIN { printf "%.0f", p * s * 100 }')
	put "proc/$1/stat" <<<"$text 100 0 0 20 0 1 0 30 0 0 0"
	put2 "proc/$1/stat" <<<"$text $((100 + ticks)) 0 0 20 0 1 0 30 0 0 0"
}
free_blocks() { # ZONE-ERE N...: of order 0, 1, ...; the others have none
	local folder
	for folder in "$first" "$second"; do
		awk -v zone="^$1\$" -v counts="${*:2}" '
			$4 !~ zone { print; next }
			{ n = split(counts, c, " "); for (i = 5; i <= NF; i++) $i = i - 4 <= n ? c[i - 4] : 0; print }
			' "$folder/proc/buddyinfo" >"$folder/new" && mv "$folder/new" "$folder/proc/buddyinfo"
	done
}

# ---- the kernel log ----

# oom_report SECONDS: what the kernel writes when memory of the host runs out, in the manner of 6.1;
# `hog` (pid 79) has nearly all of it. Fixtures change it by sed.
oom_report() {
	sed "s/^/[ $1.000000] /" <<'REPORT'
asker invoked oom-killer: gfp_mask=0x140dca(GFP_HIGHUSER_MOVABLE|__GFP_COMP|__GFP_ZERO), order=0, oom_score_adj=0
CPU: 0 PID: 80 Comm: asker Not tainted 6.1.0-56-cloud-amd64 #1  Debian 6.1.192-2
Mem-Info:
active_anon:25 inactive_anon:239777 isolated_anon:0
 active_file:0 inactive_file:0 isolated_file:0
 unevictable:0 dirty:0 writeback:0
 slab_reclaimable:2239 slab_unreclaimable:1460
 mapped:163 shmem:191 pagetables:481
 sec_pagetables:0 bounce:0
 kernel_misc_reclaimable:0
 free:1870 free_pcp:664 free_cma:0
Node 0 active_anon:100kB inactive_anon:959108kB active_file:0kB inactive_file:0kB unevictable:0kB isolated(anon):0kB isolated(file):0kB mapped:652kB dirty:0kB writeback:0kB shmem:764kB shmem_thp: 0kB shmem_pmdmapped: 0kB anon_thp: 0kB writeback_tmp:0kB kernel_stack:1152kB pagetables:1924kB sec_pagetables:0kB all_unreclaimable? yes
Node 0 DMA32 free:3636kB boost:0kB min:3792kB low:4772kB high:5752kB reserved_highatomic:0KB active_anon:100kB inactive_anon:947732kB active_file:0kB inactive_file:0kB unevictable:0kB writepending:0kB present:1032056kB managed:980236kB mlocked:0kB bounce:0kB free_pcp:2656kB local_pcp:1328kB free_cma:0kB
lowmem_reserve[]: 0 0 0 0 0
Node 0 DMA32: 1*4kB (E) 0*8kB 1*16kB (M) 3*32kB (UE) 1*64kB (E) 3*128kB (UME) 0*256kB 0*512kB 3*1024kB (UME) 0*2048kB 0*4096kB = 3636kB
191 total pagecache pages
0 pages in swap cache
Free swap  = 0kB
Total swap = 0kB
262014 pages RAM
0 pages HighMem/MovableOnly
13111 pages reserved
Tasks state (memory values in pages):
[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name
[     79]     0    79   241914   239636  1961984        0             0 hog
[     80]     0    80     1000      300    61440        0             0 asker
oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/,task=hog,pid=79,uid=0
Out of memory: Killed process 79 (hog) total-vm:967656kB, anon-rss:958344kB, file-rss:0kB, shmem-rss:200kB, UID:0 pgtables:1916kB oom_score_adj:0
oom_reaper: reaped process 79 (hog), now anon-rss:0kB, file-rss:0kB, shmem-rss:200kB
REPORT
}
# The uptime of both samples, so that a log can be old.
booted() { # SECONDS ago
	put proc/uptime <<<"$1.00 $1.00"
	for at in "$first" "$second"; do
		awk -v s="$1" '$1 == "monotonic_ns" { $2 = sprintf("%.0f", s * 1e9) } { print }' \
			"$at/MANIFEST" >"$at/MANIFEST.new" && mv "$at/MANIFEST.new" "$at/MANIFEST"
	done
	advance "$between"
}

# adjust ADJ [PID...]: oom_score_adj of these processes, or of all
adjust() {
	local adj=$1 at process
	shift
	for at in "$first" "$second"; do
		for process in "$at"/proc/[0-9]*; do
			[ $# = 0 ] || [[ " $* " == *" ${process##*/} "* ]] || continue
			echo "$adj" >"$process/oom_score_adj"
		done
	done
}
