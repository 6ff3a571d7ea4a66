package io.calicofleet.simulator.kubernetes.api;

/**
 * One thing that is wrong with an object.
 *
 * @param reason the cause's reason, such as FieldValueInvalid
 * @param field the path of the field
 * @param message what is wrong
 */
public record Problem(String reason, String field, String message) {

    /** A value that is not allowed. */
    public static Problem invalid(String field, Object value, String why) {
        return new Problem("FieldValueInvalid", field, "Invalid value: " + value + ": " + why);
    }

    /** A value that is missing. */
    public static Problem required(String field, String why) {
        return new Problem("FieldValueRequired", field, "Required value" + (why.isEmpty() ? "" : ": " + why));
    }

    /** A value that may not be there. */
    public static Problem forbidden(String field, String why) {
        return new Problem("FieldValueForbidden", field, "Forbidden: " + why);
    }

    /** Field and message. */
    public String text() {
        return field + ": " + message;
    }
}
