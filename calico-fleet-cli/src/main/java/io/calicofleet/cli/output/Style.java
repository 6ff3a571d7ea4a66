package io.calicofleet.cli.output;

/** How text looks on a terminal. */
public enum Style {
    /** As it is. */
    PLAIN(""),
    /** A heading. */
    BOLD("1"),
    /** What matters less. */
    DIM("2"),
    /** Well. */
    GOOD("32"),
    /** Under way. */
    BUSY("36"),
    /** Waits for a person. */
    WAITING("33"),
    /** Failed. */
    BAD("31");

    private final String code;

    Style(String code) {
        this.code = code;
    }

    String code() {
        return code;
    }
}
