# when - days, instants, zones, and the only clock.
# shellcheck disable=SC2154 # root and stderr come from helpers and bats
load helpers

setup() {
	PATH=${SALESWATCH_PROBES:-$root/.build/tests}:$PATH
}

# gives WANT ARGUMENT...: what `when ARGUMENT...` says.
gives() {
	want=$1
	shift
	[[ $(when "$@" 2>&1) == "$want" ]] || { echo "when $* gives $(when "$@" 2>&1), not $want"; return 1; }
}

@test "every day from 0001 to 9999 has one number and one text" {
	gives 3652059 all
	gives 0 day 1970-01-01
	gives -719162 day 0001-01-01
	gives 19814 day 2024-04-01
	gives 1969-12-31 text -1
}

@test "only days that exist are days" {
	gives 11016 day 2000-02-29
	gives 19782 day 2024-02-29
	for text in 2023-02-29 1900-02-29 2024-02-30 2024-04-31 2024-00-10 2024-13-01 2024-01-00 \
		0000-01-01 2024-1-01 2024/01/01 20240101 2024-01-011 " 2024-01-1" 2024-01-0x ""; do
		gives "when: $text: no day" day "$text"
	done
}

@test "weeks begin on Monday, over the ends of years too" {
	gives 2024-12-30 week 2025-01-05
	gives 2025-01-06 week 2025-01-06
	gives 2020-12-28 week 2021-01-03
	gives 2024-02-26 week 2024-02-29
	gives 1969-12-29 week 1970-01-01
	gives 1969-12-22 week 1969-12-28
	gives 1960-02-29 week 1960-03-06
}

@test "months begin on the first" {
	gives 2024-02-01 month 2024-02-29
	gives 2024-12-01 month 2024-12-31
	gives 1969-12-01 month 1969-12-31
	gives 2024-03-01 month 2024-03-01
}

@test "instants are read with any offset and shown in UTC" {
	gives 2024-03-01T06:30:00Z instant 2024-03-01T12:00:00+05:30
	gives 2024-03-01T00:30:00Z instant 2024-02-29T23:00:00-01:30
	gives 2023-12-31T23:59:59Z instant 2024-01-01t00:59:59.999+01:00
	gives 2024-01-01T00:00:00Z instant 2023-12-31T23:59:60z
	gives 1969-12-31T23:59:59Z instant 1969-12-31T23:59:59Z
	for text in 2024-03-01 2024-03-01T12:00Z 2024-03-01T12:00:00 2024-03-01T24:00:00Z \
		2024-03-01T12:60:00Z 2024-03-01T12:00:61Z 2024-02-30T12:00:00Z 2024-03-01T12:00:00.Z \
		2024-03-01T12:00:00+0530 2024-03-01T12:00:00+24:00 "2024-03-01 12:00:00Z" \
		2024-03-01T12:00:00Zx 2024-03-01T12:00:00+05:3 9999-12-31T23:59:59-00:01 0001-01-01T00:59:59+01:00; do
		gives "when: $text: no instant" instant "$text"
	done
}

@test "stamps are days and instants, to the microsecond" {
	gives 1704067200000000 stamp 2024-01-01
	gives 1704067200123456 stamp 2024-01-01T00:00:00.1234569Z
	gives 1704067200500000 stamp 2024-01-01T01:00:00.5+01:00
	gives -1 stamp 1969-12-31T23:59:59.999999Z
	gives -62135596800000000 stamp 0001-01-01
	gives "when: yesterday: no stamp" stamp yesterday
}

@test "SALESWATCH_NOW stops the clock, and must be an instant" {
	SALESWATCH_NOW=2024-04-01T06:00:00+02:00 gives 2024-04-01T04:00:00Z now
	SALESWATCH_NOW=today gives "when: SALESWATCH_NOW: today: no RFC 3339 instant" now
	SALESWATCH_NOW='' run when now
	[[ $(date -u -d "$output" +%s) -ge $(date -u +%s)-5 ]]
}

@test "a zone's day is not UTC's" {
	gives 2024-04-01 local 2024-03-31T22:30:00Z Europe/Berlin
	gives 2024-03-31 local 2024-03-31T21:59:59Z Europe/Berlin
	gives 2024-03-31 local 2024-04-01T03:59:59Z America/New_York
	gives 2024-04-01 local 2024-03-31T14:00:00Z Pacific/Kiritimati
	TZ=Asia/Tokyo gives 2024-03-31 local 2024-03-31T23:00:00Z UTC
}

@test "days about the edges of summer time begin when their zone says" {
	for zone in UTC Europe/Berlin America/New_York America/Santiago Australia/Lord_Howe Asia/Kolkata; do
		gives 2024-03-31T00:00:00Z at 2024-03-31 0 UTC
		for edge in 2024-03-10 2024-03-31 2024-10-27 2024-11-03 2026-04-05 2028-02-29 2030-12-31; do
			start=$(when at "$edge" 0 "$zone")
			gives "$edge" local "$start" "$zone"
			[[ $(TZ=$zone date -d "$start" +%F) == "$edge" ]]
		done
	done
}

@test "clocks that skip an hour, and clocks that show one twice" {
	gives 2024-03-31T00:59:59Z at 2024-03-31 7199 Europe/Berlin
	gives 2024-03-31T01:30:00Z at 2024-03-31 9000 Europe/Berlin # 02:30 is 03:30
	gives 2024-03-31T01:00:00Z at 2024-03-31 10800 Europe/Berlin
	gives 2024-10-27T00:30:00Z at 2024-10-27 9000 Europe/Berlin # the first 02:30
	gives 2024-10-27T02:00:00Z at 2024-10-27 10800 Europe/Berlin
	gives 2024-11-03T05:30:00Z at 2024-11-03 5400 America/New_York
	gives 2024-10-05T15:45:00Z at 2024-10-06 8100 Australia/Lord_Howe # half an hour only
	gives 2024-09-08T04:00:00Z at 2024-09-08 0 America/Santiago # midnight is skipped
	gives 2011-12-30T10:00:00Z at 2011-12-30 0 Pacific/Apia # a whole day is
}

@test "a zone nobody knows is a wrong configuration" {
	for zone in Mars/Olympus Europe ../../../etc/passwd ""; do
		run --separate-stderr when local 2024-01-01T00:00:00Z "$zone"
		expect 78 "" "when: time zone $zone: unknown"
	done
}
