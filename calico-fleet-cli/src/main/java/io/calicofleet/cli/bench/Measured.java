package io.calicofleet.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.cli.output.Terminal;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** What a benchmark has found. */
interface Measured {

    /** The form of {@code -o json}. */
    ObjectNode json();

    /** The form for people. */
    void print(Terminal terminal);

    /** With so many digits after the point. */
    static BigDecimal rounded(double value, int digits) {
        return BigDecimal.valueOf(value).setScale(digits, RoundingMode.HALF_UP);
    }
}
