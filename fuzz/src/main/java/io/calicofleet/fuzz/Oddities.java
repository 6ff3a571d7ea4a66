package io.calicofleet.fuzz;

import java.util.List;
import java.util.Random;

/** Values that readers stumble over. */
final class Oddities {

    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "\t\n\r",
            "null",
            "true",
            "0",
            "-1",
            "1e999",
            "NaN",
            "\u0000",
            "a\u0000b",
            "\u001b[2J\u001b]0;owned\u0007",
            "\u202e\u2066evil\u2069",
            "\ufeffbom",
            "\ud800",
            "\udfff\ud800",
            "\ud83d\ude00",
            "e\u0301\u0301\u0301\u0301",
            "\u0130\u0131\u017f",
            "../../../../etc/passwd",
            "/dev/zero",
            "file:///dev/zero",
            "http://127.0.0.1:1/",
            "oci://127.0.0.1:1/x",
            "${jndi:ldap://127.0.0.1/x}",
            "{{ .Values.x }}",
            "%n%s%x",
            "*",
            "&a",
            "!!java.net.URL [http://127.0.0.1]",
            "a/b/c/d/e",
            "a/b/upgrade/0",
            "a/b/upgrade/99999999999",
            "//upgrade/1",
            "v999999999999.1.1",
            "v3.22.5-0.dev-1-g\u0661",
            "v3.\u0663.1",
            "101%",
            "-5%",
            "9999999999%",
            "2147483648",
            "9223372036854775808",
            "PT",
            "PT-1S",
            "-PT1S",
            "P999999999999D",
            "PT9223372036854775807S",
            "PT1.1H",
            "-999999999-01-01T00:00:00Z",
            "+999999999-12-31T23:59:59.999999999Z",
            "2026-02-30T00:00:00Z",
            "2026-11-23T25:61:61Z",
            "2026-11-23T10:00:00+19:00",
            "9999-12-31T23:59:59Z",
            "0000-01-01T00:00:00Z",
            "10.0.0.0/33",
            "::/129",
            "999.1.1.1",
            "1::2::3/64",
            "has(\u0000)",
            "((((((((((((((((((((((((((((((((((((((((",
            "a == 'b' && !(",
            "all() || has(x) && x in {'a','b'",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----");

    /** As they stand in JSON; some are none. */
    private static final List<String> NUMBERS = List.of(
            "0",
            "-0",
            "-1",
            "1",
            "0.5",
            "1.0",
            "-2147483648",
            "2147483647",
            "2147483648",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775809",
            "1e308",
            "1e309",
            "-1e400",
            "1e-400",
            "1e1000000000",
            "1e-1000000000",
            "123456789012345678901234567890123456789012345678901234567890",
            "NaN",
            "Infinity",
            "-Infinity",
            "0x10",
            "010",
            "+1",
            "1.",
            ".5");

    private Oddities() {}

    static String text(Random random) {
        return switch (random.nextInt(30)) {
            case 0 -> "x".repeat(length(random, 100_000));
            case 1 -> "\u00e9\ud83d\ude00".repeat(length(random, 300));
            case 2 -> random(random);
            default -> TEXTS.get(random.nextInt(TEXTS.size()));
        };
    }

    /**
     * How long something is, from 1 to {@code most}. Of each magnitude there are as many: what is long takes long and says little more, so
     * that most is short.
     */
    static int length(Random random, int most) {
        return (int) Math.exp(random.nextDouble() * Math.log(most));
    }

    /** A number as it stands in JSON. */
    static String number(Random random) {
        return random.nextInt(20) == 0 ? "9".repeat(length(random, 2000)) : NUMBERS.get(random.nextInt(NUMBERS.size()));
    }

    private static String random(Random random) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(40);
        for (int i = 0; i < length; i++) {
            text.append((char) random.nextInt(random.nextBoolean() ? 0x80 : 0x10000));
        }
        return text.toString();
    }
}
