-- Which services and needs a project has, so that a web page of one finds its projects without reading every project. It follows
-- from `records`: a registry from before fills it when it is opened.
CREATE TABLE project_links (
    project TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('service', 'need')),
    target TEXT NOT NULL,
    PRIMARY KEY (kind, target, project)
);
CREATE INDEX project_links_of_a_project ON project_links (project);

-- The newest public projects, for the web pages.
CREATE INDEX records_of_a_kind_in_order ON records (kind, cell, seq);
