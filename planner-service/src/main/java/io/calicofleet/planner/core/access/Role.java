package io.calicofleet.planner.core.access;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What belongs together of what somebody may do. */
public enum Role {
    VIEWER,
    OPERATOR,
    APPROVER,
    ADMIN;

    /** Whether whoever has it may do that, in its scope. */
    public boolean may(Act act) {
        return switch (act) {
            case SEE -> true;
            case PLAN, CREATE, STEER, RESTORE, STOP -> this == OPERATOR || this == ADMIN;
            case APPROVE -> this == APPROVER || this == ADMIN;
            case BREAK_GLASS, DELETE, GO_ON, AUDIT -> this == ADMIN;
        };
    }

    /** The roles in which that may be done, the least first. */
    static List<Role> with(Act act) {
        return Arrays.stream(values()).filter(role -> role.may(act)).toList();
    }

    /** Those roles in words, such as {@code approver or admin}. */
    public static String allowing(Act act) {
        return with(act).stream().map(Role::encode).collect(Collectors.joining(" or "));
    }

    /** The name in files and events. */
    public String encode() {
        return name().toLowerCase(Locale.ROOT);
    }
}
