package io.calicofleet.planner.core.catalogue;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Linux kernel, as far as Calico cares.
 *
 * @param major the first number
 * @param minor the second number
 */
public record KernelVersion(int major, int minor) {

    private static final Pattern FORM = Pattern.compile("v?(\\d{1,6})\\.(\\d{1,6})(?:[.+-].*)?");
    private static final Comparator<KernelVersion> ORDER =
            Comparator.comparingInt(KernelVersion::major).thenComparingInt(KernelVersion::minor);

    /** Reads {@code 5.15.0-91-generic}, {@code v5.10}; empty for anything else. */
    public static Optional<KernelVersion> tryParse(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches()
                ? Optional.of(new KernelVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))))
                : Optional.empty();
    }

    /**
     * Like {@link #tryParse}.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static KernelVersion parse(String text) {
        return tryParse(text)
                .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is no kernel: write it like v5.10"));
    }

    /** Whether it is older than {@code other}. */
    public boolean isBefore(KernelVersion other) {
        return ORDER.compare(this, other) < 0;
    }
}
