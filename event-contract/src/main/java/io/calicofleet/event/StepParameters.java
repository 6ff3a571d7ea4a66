package io.calicofleet.event;

import org.jspecify.annotations.Nullable;

/**
 * What a step needs to know; absent where it does not need it.
 *
 * @param installMethod how Calico was installed, as inspected
 * @param source the version inspected before the first change
 * @param target the release to upgrade to
 * @param onConflict what to do with conflicting fields
 * @param applySuggestedPolicy whether the release puts the suggested policy in place first
 * @param suggestedPolicy the suggested policy as YAML
 */
public record StepParameters(
        @Nullable InstallMethod installMethod,
        @Nullable CalicoVersion source,
        @Nullable CalicoVersion target,
        @Nullable OnConflict onConflict,
        boolean applySuggestedPolicy,
        @Nullable String suggestedPolicy) {

    /** A step that needs to know nothing. */
    public static final StepParameters NONE = new StepParameters(null, null, null, null, false, null);
}
