def evidence_of(workspace, member, row):
    return {}
