package io.calicofleet.kafka;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.datatype.jsr310.deser.DurationDeserializer;
import com.fasterxml.jackson.datatype.jsr310.deser.InstantDeserializer;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;

/**
 * Times as {@link Instant#toString()} writes them and {@link Instant#parse} reads them, by hand: each event has several, and Java's
 * general formatter takes as long for one as JSON does for the fields of a whole record.
 */
final class IsoTime {

    private static final int SECONDS_OF_DAY = 86_400;
    private static final int SECONDS_OF_HOUR = 3600;

    /** The first second of year 0 and the first after 9999: what has years of four digits. */
    private static final long FIRST = -62_167_219_200L;

    private static final long LAST = 253_402_300_800L;

    /** {@code 2026-11-28T22:18:23.} */
    private static final int UP_TO_FRACTION = 20;

    private static final int MAX_FRACTION = 9;

    private IsoTime() {}

    /** The same as {@link Instant#toString()}. */
    static String format(Instant time) {
        long seconds = time.getEpochSecond();
        if (seconds < FIRST || seconds >= LAST) {
            return time.toString();
        }
        LocalDate day = LocalDate.ofEpochDay(Math.floorDiv(seconds, SECONDS_OF_DAY));
        int second = Math.floorMod(seconds, SECONDS_OF_DAY);
        byte[] text = new byte[UP_TO_FRACTION + MAX_FRACTION + 1];
        put(text, 0, 4, day.getYear());
        text[4] = '-';
        put(text, 5, 2, day.getMonthValue());
        text[7] = '-';
        put(text, 8, 2, day.getDayOfMonth());
        text[10] = 'T';
        put(text, 11, 2, second / SECONDS_OF_HOUR);
        text[13] = ':';
        put(text, 14, 2, second / 60 % 60);
        text[16] = ':';
        put(text, 17, 2, second % 60);
        int end = fraction(text, time.getNano());
        text[end] = 'Z';
        return new String(text, 0, end + 1, ISO_8859_1);
    }

    /**
     * The same as {@link Instant#parse}.
     *
     * @throws java.time.format.DateTimeParseException where it is no such time
     */
    static Instant parse(String text) {
        int length = text.length();
        int digits = length - UP_TO_FRACTION - 1;
        boolean usual = length == UP_TO_FRACTION || (digits >= 1 && digits <= MAX_FRACTION);
        if (!usual
                || text.charAt(4) != '-'
                || text.charAt(7) != '-'
                || text.charAt(10) != 'T'
                || text.charAt(13) != ':'
                || text.charAt(16) != ':'
                || text.charAt(UP_TO_FRACTION - 1) != (length == UP_TO_FRACTION ? 'Z' : '.')
                || text.charAt(length - 1) != 'Z') {
            return Instant.parse(text);
        }
        int year = number(text, 0, 4);
        int month = number(text, 5, 2);
        int day = number(text, 8, 2);
        int hour = number(text, 11, 2);
        int minute = number(text, 14, 2);
        int second = number(text, 17, 2);
        int nanos = length == UP_TO_FRACTION ? 0 : number(text, UP_TO_FRACTION, digits);
        // 24:00 and leap seconds are for the one that knows all forms; so is all that is no time, to say why.
        if (year < 0
                || month < 1
                || month > 12
                || day < 1
                || day > YearMonth.of(year, month).lengthOfMonth()
                || hour < 0
                || hour > 23
                || minute < 0
                || minute > 59
                || second < 0
                || second > 59
                || nanos < 0) {
            return Instant.parse(text);
        }
        for (int i = digits; i > 0 && i < MAX_FRACTION; i++) {
            nanos *= 10;
        }
        return Instant.ofEpochSecond(
                LocalDate.of(year, month, day).toEpochDay() * SECONDS_OF_DAY + (hour * 60L + minute) * 60 + second,
                nanos);
    }

    /** Writes nothing, or a point and three, six or nine digits; where it ends. */
    private static int fraction(byte[] text, int nanos) {
        if (nanos == 0) {
            return UP_TO_FRACTION - 1;
        }
        text[UP_TO_FRACTION - 1] = '.';
        int digits = MAX_FRACTION;
        int rest = nanos;
        while (rest % 1000 == 0) {
            rest /= 1000;
            digits -= 3;
        }
        put(text, UP_TO_FRACTION, digits, rest);
        return UP_TO_FRACTION + digits;
    }

    private static void put(byte[] text, int from, int digits, int number) {
        int rest = number;
        for (int i = from + digits - 1; i >= from; i--) {
            text[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    /** The number; negative where there is something that is no digit. */
    private static int number(String text, int from, int digits) {
        int number = 0;
        for (int i = from; i < from + digits; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }

    /** Writes times into JSON. */
    static final class Writer extends StdSerializer<Instant> {

        private static final long serialVersionUID = 1;

        Writer() {
            super(Instant.class);
        }

        @Override
        public void serialize(Instant time, JsonGenerator json, SerializerProvider unused) throws IOException {
            json.writeString(format(time));
        }
    }

    /** Reads them; what is not of the usual form is left to Jackson's reader. */
    static final class Reader extends StdDeserializer<Instant> {

        private static final long serialVersionUID = 1;

        Reader() {
            super(Instant.class);
        }

        @Override
        public Instant deserialize(JsonParser json, DeserializationContext context) throws IOException {
            if (json.hasToken(JsonToken.VALUE_STRING)) {
                String text = json.getText();
                if (text.length() >= UP_TO_FRACTION && text.charAt(text.length() - 1) == 'Z') {
                    try {
                        return parse(text);
                    } catch (DateTimeException e) {
                        // Jackson's reader says it better.
                    }
                }
            }
            return InstantDeserializer.INSTANT.deserialize(json, context);
        }
    }

    /** Reads durations of one unit, such as {@code PT15M}, by hand; Java does so by a regular expression. */
    static final class DurationReader extends StdDeserializer<Duration> {

        private static final long serialVersionUID = 1;

        private static final int MAX_DIGITS = 9;

        DurationReader() {
            super(Duration.class);
        }

        @Override
        public Duration deserialize(JsonParser json, DeserializationContext context) throws IOException {
            String text = json.hasToken(JsonToken.VALUE_STRING) ? json.getText() : "";
            int digits = text.length() - "PT".length() - 1;
            int amount = digits >= 1 && digits <= MAX_DIGITS && text.startsWith("PT") ? number(text, 2, digits) : -1;
            Duration usual = amount < 0
                    ? null
                    : switch (text.charAt(text.length() - 1)) {
                        case 'H' -> Duration.ofHours(amount);
                        case 'M' -> Duration.ofMinutes(amount);
                        case 'S' -> Duration.ofSeconds(amount);
                        default -> null;
                    };
            return usual != null ? usual : DurationDeserializer.INSTANCE.deserialize(json, context);
        }
    }
}
