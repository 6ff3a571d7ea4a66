package io.calicofleet.simulator.kubernetes.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Quantities in the form the API server writes: 1000m is 1, 0.5 is 500m, 1024Mi is 1Gi, numbers become text. */
public final class Quantities {

    private static final Pattern FORM = Pattern.compile("([+-]?[0-9.]+)(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?");
    private static final List<String> BINARY = List.of("Ki", "Mi", "Gi", "Ti", "Pi", "Ei");
    private static final List<String> DECIMAL = List.of("k", "M", "G", "T", "P", "E");

    private Quantities() {}

    /** Rewrites every quantity of a list of resources. */
    public static void canonical(JsonNode resources) {
        if (resources instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> e : new ArrayList<>(object.properties())) {
                object.put(e.getKey(), canonical(e.getValue().asText()));
            }
        }
    }

    static String canonical(String quantity) {
        Matcher matcher = FORM.matcher(quantity);
        if (!matcher.matches()) {
            return quantity;
        }
        BigDecimal number = new BigDecimal(matcher.group(1));
        String unit = matcher.group(2) == null ? "" : matcher.group(2);
        if (BINARY.contains(unit)) {
            return stepUp(number, BINARY, BINARY.indexOf(unit), BigDecimal.valueOf(1024));
        }
        if (unit.equals("m")) {
            number = number.movePointLeft(3);
            unit = "";
        }
        if (unit.isEmpty() && number.stripTrailingZeros().scale() > 0) {
            return number.movePointRight(3).stripTrailingZeros().toPlainString() + "m";
        }
        return stepUp(number, DECIMAL, DECIMAL.indexOf(unit), BigDecimal.valueOf(1000));
    }

    /** The number a quantity stands for; 0 where it is none. */
    static BigDecimal number(String quantity) {
        Matcher matcher = FORM.matcher(quantity);
        if (!matcher.matches()) {
            return BigDecimal.ZERO;
        }
        BigDecimal number = new BigDecimal(matcher.group(1));
        String unit = matcher.group(2) == null ? "" : matcher.group(2);
        if (unit.equals("m")) {
            return number.movePointLeft(3);
        }
        return BINARY.contains(unit)
                ? number.multiply(BigDecimal.valueOf(1024).pow(BINARY.indexOf(unit) + 1))
                : number.scaleByPowerOfTen(3 * (DECIMAL.indexOf(unit) + 1));
    }

    private static String stepUp(BigDecimal number, List<String> units, int unit, BigDecimal step) {
        BigDecimal value = number;
        int at = unit;
        while (at + 1 < units.size()
                && value.signum() > 0
                && value.remainder(step).signum() == 0) {
            value = value.divide(step);
            at++;
        }
        return value.stripTrailingZeros().toPlainString() + (at < 0 ? "" : units.get(at));
    }
}
