package io.calicofleet.cli.client;

/** The planner understood the request and refused it. */
public final class RequestRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    RequestRefusedException(Problem problem) {
        super(problem.detail().isEmpty() ? problem.title() : problem.detail());
        this.problem = problem;
    }

    /** Why. */
    public Problem problem() {
        return problem;
    }
}
