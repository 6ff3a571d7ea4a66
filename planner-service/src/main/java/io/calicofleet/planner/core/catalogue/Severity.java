package io.calicofleet.planner.core.catalogue;

import java.util.Locale;

/** What a hazard means for an upgrade it applies to. */
public enum Severity {
    /** The upgrade is refused. */
    REFUSE,

    /** The step {@code prepare} puts it right before the upgrade; the note is shown. */
    PREPARE,

    /** The upgrade goes on; the note is shown. */
    ADVISE;

    /** The form in the file. */
    public String encode() {
        return name().toLowerCase(Locale.ROOT);
    }
}
