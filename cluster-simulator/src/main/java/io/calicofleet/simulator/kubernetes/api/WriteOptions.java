package io.calicofleet.simulator.kubernetes.api;

import java.util.ArrayList;
import java.util.List;

/**
 * The query parameters of a write.
 *
 * @param dryRun everything but the storing
 * @param fieldManager who writes
 * @param fieldValidation Strict, Warn or Ignore
 * @param force server-side apply takes fields of others
 * @param reading what the body cannot be where it is refused, such as {@code ConfigMap in version "v1" cannot be handled as a ConfigMap: };
 *     empty for a patch
 * @param warnings filled with what the answer warns of
 */
public record WriteOptions(
        boolean dryRun,
        String fieldManager,
        String fieldValidation,
        boolean force,
        String reading,
        List<String> warnings) {

    /**
     * Tells of fields that were removed because nothing knows them.
     *
     * @throws ApiException where the options are strict about them
     */
    void unknown(List<String> fields) {
        tell("unknown", fields);
    }

    /**
     * Tells of fields that are there twice, of which the last counts.
     *
     * @throws ApiException where the options are strict about them
     */
    public void duplicate(List<String> fields) {
        tell("duplicate", fields);
    }

    private void tell(String what, List<String> fields) {
        List<String> told =
                fields.stream().map(field -> what + " field \"" + field + "\"").toList();
        if (!told.isEmpty() && fieldValidation.equals("Strict")) {
            throw ApiException.badRequest(reading + "strict decoding error: " + String.join(", ", told));
        }
        if (fieldValidation.equals("Warn")) {
            warnings.addAll(told);
        }
    }

    /** A plain write of a manager. */
    public static WriteOptions of(String fieldManager) {
        return new WriteOptions(false, fieldManager, "Ignore", false, "", new ArrayList<>());
    }
}
