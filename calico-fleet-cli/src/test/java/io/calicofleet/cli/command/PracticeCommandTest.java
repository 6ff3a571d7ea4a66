package io.calicofleet.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.FakePlanner;
import io.calicofleet.cli.Run;
import io.calicofleet.cli.practice.Lesson;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PracticeCommandTest {

    private final FakePlanner planner = new FakePlanner();

    @TempDir
    private Path folder;

    @AfterEach
    void stop() {
        planner.close();
    }

    @Test
    void a_lesson_is_solved_when_the_last_campaign_has_upgraded_its_cluster() {
        history(Lesson.CONFLICT, "[{\"phase\":\"succeeded\",\"target\":\"v3.22.5\",\"summary\":\"done\"}]");
        history(
                Lesson.NODE,
                "[{\"phase\":\"failed\",\"target\":\"v3.22.5\",\"summary\":\"node-2 is not ready\"},"
                        + "{\"phase\":\"succeeded\",\"target\":\"v3.22.5\",\"summary\":\"before\"}]");
        history(Lesson.IMAGE, "[]");

        Run open = planner.run("practice", "check", "conflict", "node", "image");

        assertThat(open.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(open.out())
                .contains(
                        "conflict  solved  done",
                        "node      open    node-2 is not ready",
                        "image     open    no campaign has it yet: apply -f practice.yaml");
        assertThat(planner.run("practice", "check", "conflict").exitCode()).isEqualTo(ExitCodes.OK);
    }

    @Test
    void a_cluster_that_nobody_serves_and_a_lesson_that_is_not_there_are_errors() {
        Run unserved = planner.run("practice", "check", "rights");
        Run unknown = Run.of("practice", "show", "nodes");

        assertThat(unserved.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(unserved.err()).contains("no executor serves the cluster rights: practice start runs it");
        assertThat(unknown.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(unknown.err())
                .contains("there is no lesson 'nodes': conflict, node, image, lockout, argo-cd, rights");
    }

    @Test
    void every_lesson_says_what_solves_it_and_only_what_is_elsewhere_is_repaired() {
        for (Lesson lesson : Lesson.values()) {
            assertThat(Run.of("practice", "show", lesson.toString()).out())
                    .contains("trouble   " + lesson.trouble(), "you see ", "why ", "solved by ");
            Run repair = Run.of("practice", "repair", lesson.toString(), "--kubeconfigs", folder.toString());
            assertThat(repair.exitCode()).isEqualTo(ExitCodes.USAGE);
            assertThat(repair.err())
                    .contains(lesson.canBeRepaired() ? "practice start does not run on" : "there is nothing to repair");
        }
    }

    private void history(Lesson lesson, String json) {
        planner.on("GET", "/clusters/" + lesson + "/history", 200, json);
    }
}
