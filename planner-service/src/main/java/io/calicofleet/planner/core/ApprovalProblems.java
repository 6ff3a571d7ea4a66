package io.calicofleet.planner.core;

import io.calicofleet.event.ApprovalSpec;
import io.calicofleet.event.ApprovalTime;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.planner.core.document.Problem;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Approvals of a campaign that nobody could ever give. */
final class ApprovalProblems {

    private ApprovalProblems() {}

    /** What a reader of documents refuses, for commands that came another way. */
    static List<Problem> ofForm(CampaignSpec spec) {
        List<Problem> problems = new ArrayList<>();
        for (int i = 0; i < spec.waves().size(); i++) {
            ApprovalSpec rule = spec.waves().get(i).approvalRule();
            String wave = "Wave " + spec.waves().get(i).name();
            if (rule != null
                    && !rule.by().isEmpty()
                    && rule.by().stream().distinct().count() < rule.quorum()) {
                problems.add(problem(i, ".quorum", wave + " needs more approvals than there are names in 'by'."));
            }
            if (spec.waves().get(i).approved(ApprovalTime.AFTER)
                    && i == spec.waves().size() - 1) {
                problems.add(problem(i, ".when", wave + " is the last one: nothing waits for an approval after it."));
            }
        }
        return problems;
    }

    /** What cannot be, because of who creates the campaign; null: nobody said. */
    static List<Problem> ofAuthor(CampaignSpec spec, @Nullable String actor) {
        List<Problem> problems = new ArrayList<>();
        for (int i = 0; i < spec.waves().size(); i++) {
            ApprovalSpec rule = spec.waves().get(i).approvalRule();
            if (rule == null || !rule.notAuthor()) {
                continue;
            }
            String wave = "Wave " + spec.waves().get(i).name();
            if (actor == null || actor.isBlank()) {
                problems.add(problem(
                        i, ".notAuthor", wave + " is not approved by whoever creates the campaign: say who you are."));
            } else if (!rule.by().isEmpty()
                    && rule.by().stream()
                                    .distinct()
                                    .filter(name -> !name.equals(actor))
                                    .count()
                            < rule.quorum()) {
                problems.add(problem(
                        i,
                        ".quorum",
                        wave + " needs more approvals than there are names in 'by' beside " + actor + "."));
            }
        }
        return problems;
    }

    private static Problem problem(int wave, String field, String sentence) {
        return new Problem("waves[" + wave + "].approval" + field, sentence, "", "");
    }
}
