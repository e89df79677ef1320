"""What the deployed stack costs in a month, with the web system and as a guard alone: list prices of us-east-1 in US dollars, times what the template has.

Prices are those that the pricing pages of the services give for us-east-1, without tax, discounts and free tiers. What is
not in the template (how long a function runs, how much it logs) is an assumption and is said in the table.
"""

HOURS = 730
PROBES = 60 * HOURS  # one a minute, the default of ProbeRate
SWEEPS = 4 * HOURS  # one in 15 minutes, the default of SweepRate
RUNS = PROBES + 2 * SWEEPS  # a sweep runs Route and Reconcile
MILLION = 1_000_000


def lines(template: dict, metrics: int) -> tuple[list, list]:
    """[(what, how it is computed, $ a month)] of the web system and of the guard."""
    resources = template["Resources"].values()
    memory = template["Globals"]["Function"]["MemorySize"] / 1024

    def count(kind, of_web=None):
        return sum(one["Type"] == kind and of_web in (None, one.get("Condition") == "HasWorkload") for one in resources)

    web_alarms, guard_alarms = (count("AWS::CloudWatch::Alarm", of_web) for of_web in (True, False))

    zones = sum(name.startswith("PublicSubnet") and one["Type"] == "AWS::EC2::Subnet" for name, one in template["Resources"].items())
    web = [
        ("NAT gateway", f"{count('AWS::EC2::NatGateway')} x {HOURS} h x $0.045; and $0.045 per GB through it", HOURS * 0.045),
        ("load balancer", f"{HOURS} h x $0.0225; and $0.008 per capacity unit and hour, about none when idle", HOURS * 0.0225),
        ("public IPv4 addresses", f"1 of the NAT gateway and {zones} of the load balancer x {HOURS} h x $0.005", (1 + zones) * HOURS * 0.005),
        ("web instance", f"t4g.micro, {HOURS} h x $0.0084, and 8 GB gp3 x $0.08", HOURS * 0.0084 + 8 * 0.08),
        ("alarm on its targets", f"{web_alarms} x $0.10; the first 10 are free, those of the guard among them", web_alarms * 0.10),
    ]
    guard = [
        ("dashboard", f"{count('AWS::CloudWatch::Dashboard')} x $3; the first 3 of an account are free", 3.0),
        ("custom metrics", f"{metrics} x $0.30; the first 10 are free", metrics * 0.30),
        ("key of the alerts", "1 x $1; $1 more after each of the first two yearly rotations", 1.0),
        ("alarms", f"{guard_alarms} x $0.10; the first 10 are free", guard_alarms * 0.10),
        ("functions",
         f"{RUNS:,} runs of {memory:g} GB, assumed 1 s each, x $0.0000133334 per GB-second, and $0.20 per million; 400,000 GB-seconds and"
         " 1 million runs are free", RUNS * memory * 0.0000133334 + RUNS / MILLION * 0.20),
        ("polling the work queue", "5 long polls of 20 s at any time, 657,000 requests x $0.50 per million; the first million is free",
         5 * 3 * 60 * HOURS / MILLION * 0.50),
        ("traces", f"{RUNS:,} x $5 per million; the first 100,000 are free", RUNS / MILLION * 5),
        ("ledger", "assumed 2 writes ($0.625 per million) and 5 reads ($0.125) a run; storage below 1 MB",
         RUNS * (2 * 0.625 + 5 * 0.125) / MILLION),
        ("logs", "assumed 3 KB a run, x $0.50 per GB; the first 5 GB are free", RUNS * 3 / MILLION * 0.50),
        ("schedules", f"{PROBES + SWEEPS:,} x $1 per million; the first 14 million are free", (PROBES + SWEEPS) / MILLION),
        ("trail", "the first copy of write events is free; some 9,500 files put into S3 x $0.005 per thousand", 9_500 / 1_000 * 0.005),
    ]
    return web, guard


def table(template: dict, metrics: int, markdown) -> str:
    web, guard = lines(template, metrics)
    rows = [["**web system**", "", f"**{_total(web)}**"], *_rows(web), ["**guard**, all that there is with `Workload=false`", "without free tiers", f"**{_total(guard)}**"], *_rows(guard),
            ["**together**", "", f"**{_total(web + guard)}**"]]
    return markdown(["what", "how it is computed", "$ a month"], rows)


def properties(template: dict, metrics: int) -> str:
    """The same for `driftmend doctor`."""
    web, guard = lines(template, metrics)

    def parts(ones):
        return ", ".join(f"{what} {cost:.2f}" for what, _, cost in sorted(ones, key=lambda one: -one[2]) if cost >= 0.5)
    return (f"# Written by make docs from docs/costs.py.\nweb={_total(web)}\nweb.parts={parts(web)}\n"
            f"guard={_total(guard)}\nguard.parts={parts(guard)}\ntogether={_total(web + guard)}\n")


def _rows(lines) -> list[list[str]]:
    return [[what, how, f"{cost:.2f}"] for what, how, cost in lines]


def _total(lines) -> str:
    return f"{sum(round(cost, 2) for _, _, cost in lines):.2f}"
