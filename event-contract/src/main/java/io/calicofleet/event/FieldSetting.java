package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A field that a campaign gives another value.
 *
 * @param field its name, such as logSeverityScreen; one further down by its way, such as calicoNetwork.mtu or {@code containers[calico-node].image}
 * @param value the value as JSON, such as "Warning", true or [22]; null: the field is removed
 */
public record FieldSetting(String field, @Nullable String value) {

    private static final Pattern NAME = Pattern.compile(
            "[A-Za-z][A-Za-z0-9]{0,99}(\\[[-a-z0-9]{1,63}])?(\\.[A-Za-z][A-Za-z0-9]{0,99}(\\[[-a-z0-9]{1,63}])?){0,9}");
    private static final Pattern PLAIN = Pattern.compile("\"(?!(true|false|null)\")[A-Za-z][A-Za-z0-9_./-]*\"");

    public FieldSetting {
        requireNonNull(field, "field");
        if (!NAME.matcher(field).matches()) {
            throw new IllegalArgumentException("'" + field + "' is no name of a field.");
        }
    }

    /** {@code logSeverityScreen=Warning}, {@code failsafeInboundHostPorts=[]} or {@code bpfEnabled removed}: no two read alike. */
    @Override
    public String toString() {
        if (value == null) {
            return field + " removed";
        }
        return field + "=" + (PLAIN.matcher(value).matches() ? value.substring(1, value.length() - 1) : value);
    }
}
