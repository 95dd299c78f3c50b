/// The last section of the report: how to read it.
enum ReportGuide {
    static let html = """
        <h2 id="guide">How to read this</h2>
        <dl>
        <dt>Success before and after</dt>
        <dd>Each is measured over a block of evaluation episodes from start states that training
        never saw. The interval is Wilson’s: were the evaluation repeated many times, 95 % of such
        intervals would contain the true rate. If the two intervals do not overlap, the improvement
        is hardly luck; if they do, evaluate more episodes before believing it.</dd>
        <dt>Success while training</dt>
        <dd>The rate over a window of recent training episodes. It includes exploration, so it may
        lie below the evaluations. A long flat line low down means that the robot never finds the
        goal: give it better or more varied demonstrations.</dd>
        <dt>Q against what happened</dt>
        <dd>The critic’s forecast at the first step against the return that followed. Points near
        the diagonal: the critic can be trusted to choose actions. A cloud far above it: the critic
        is too optimistic, and the policy follows a mirage. Far below: it is too pessimistic, and
        improvement is slow.</dd>
        <dt>Losses and Q over updates</dt>
        <dd>Losses need not fall once the robot collects its own data, as the data change. They
        should not grow without bound, and the largest Q must not pass the best return there
        is (0 where every step costs 1).</dd>
        <dt>Late ticks</dt>
        <dd>A tick is late when it begins after its deadline. A few in a session are harmless: the
        command before them is still valid. Many, or any close to the command’s validity, mean
        that the machine is too busy; run <code>hone doctor</code>. In lockstep time is virtual
        and no tick can be late.</dd>
        <dt>Stops, holds, rollbacks</dt>
        <dd>A stop aborts the episode: the state of the world was not known, or a person or the
        bridge asked for it. A hold keeps the robot in place until the cause is gone. A rollback
        took weights back because they did worse, or because their actions had to be held.</dd>
        </dl>
        """
}
