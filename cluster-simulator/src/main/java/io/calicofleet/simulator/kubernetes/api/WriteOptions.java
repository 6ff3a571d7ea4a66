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
 * @param warnings filled with what the answer warns of
 */
public record WriteOptions(
        boolean dryRun, String fieldManager, String fieldValidation, boolean force, List<String> warnings) {

    /** A plain write of a manager. */
    public static WriteOptions of(String fieldManager) {
        return new WriteOptions(false, fieldManager, "Ignore", false, new ArrayList<>());
    }
}
