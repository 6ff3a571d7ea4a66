package io.calicofleet.cli.command;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How long something is waited for: {@code 90s}, {@code 10m}, {@code 1h30m}, or as ISO 8601 has it; a year at most. */
final class TimeLimit implements ITypeConverter<Duration> {

    private static final int MOST_DAYS = 365;

    @Override
    public Duration convert(String text) {
        try {
            String upper = text.toUpperCase(Locale.ROOT);
            Duration read = Duration.parse(upper.startsWith("P") ? upper : "PT" + upper);
            if (!read.isNegative() && read.toDays() <= MOST_DAYS) {
                return read;
            }
        } catch (DateTimeParseException expected) {
            // told below
        }
        throw new TypeConversionException("'" + text + "' is no time such as 90s, 10m or 4h");
    }
}
