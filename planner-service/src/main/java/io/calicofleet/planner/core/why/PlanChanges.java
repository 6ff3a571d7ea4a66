package io.calicofleet.planner.core.why;

import io.calicofleet.event.FieldChange;
import io.calicofleet.event.PlanMade;
import io.calicofleet.event.PlannedWrite;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** In what two plans of a cluster differ, in sentences. */
public final class PlanChanges {

    private static final int FIELDS = 10;

    private PlanChanges() {}

    /** What is so now and was not then; empty where every write is the same. */
    public static List<String> between(PlanMade then, PlanMade now) {
        Map<String, PlannedWrite> were = byObject(then);
        Map<String, PlannedWrite> are = byObject(now);
        List<String> changes = new ArrayList<>();
        are.forEach((object, write) -> {
            PlannedWrite was = were.get(object);
            if (was == null) {
                changes.add(object + " would be written now (" + write.action() + "), and was not");
            } else if (!was.before().equals(write.before()) || !was.after().equals(write.after())) {
                List<String> fields = fields(was, write);
                String what = was.before().equals(write.before())
                        ? "would become another"
                        : fields.isEmpty()
                                ? "has been changed since, in fields that the upgrade leaves as they are"
                                : "has been changed since";
                changes.add(object + " " + what);
                changes.addAll(fields);
            }
        });
        were.keySet().stream()
                .filter(object -> !are.containsKey(object))
                .forEach(object -> changes.add(object + " would not be written any more"));
        return changes;
    }

    private static List<String> fields(PlannedWrite was, PlannedWrite is) {
        List<String> fields = new ArrayList<>();
        Map<String, FieldChange> then = new LinkedHashMap<>();
        was.fields().forEach(field -> then.put(field.path(), field));
        for (FieldChange field : is.fields()) {
            FieldChange known = then.remove(field.path());
            if (!field.equals(known)) {
                fields.add("  " + field.path() + ": " + told(field) + (known == null ? "" : "; then " + told(known)));
            }
        }
        then.values().forEach(field -> fields.add("  " + field.path() + ": not any more " + told(field)));
        if (fields.size() > FIELDS) {
            int more = fields.size() - FIELDS;
            fields.subList(FIELDS, fields.size()).clear();
            fields.add("  and " + more + " fields more");
        }
        return fields;
    }

    private static String told(FieldChange field) {
        return absent(field.before()) + " to " + absent(field.after());
    }

    private static String absent(String value) {
        return value.isEmpty() ? "(absent)" : value;
    }

    private static Map<String, PlannedWrite> byObject(PlanMade plan) {
        Map<String, PlannedWrite> writes = new LinkedHashMap<>();
        plan.writes().forEach(write -> writes.put(write.object() + " in " + write.step(), write));
        return writes;
    }
}
